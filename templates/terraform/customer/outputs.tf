output "role_arn" {
  description = "To be sent to whoever deploys, for the second line of role-arn"
  value       = aws_iam_role.customer.arn
}
