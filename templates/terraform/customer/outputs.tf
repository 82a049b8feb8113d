output "role_arn" {
  description = "ARN of the role. Send it to the company that deploys, for the second line of role-arn."
  value       = aws_iam_role.customer.arn
}
