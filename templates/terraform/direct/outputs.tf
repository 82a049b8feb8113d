output "role_arn" {
  description = "For the input role-arn"
  value       = aws_iam_role.deploy.arn
}
