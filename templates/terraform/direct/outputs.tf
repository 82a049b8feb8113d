output "role_arn" {
  description = "ARN of the role, for the input role-arn."
  value       = aws_iam_role.deploy.arn
}
