output "role_arn" {
  description = "ARN of the hub role, for the first line of role-arn. Your customers need its account and name."
  value       = aws_iam_role.hub.arn
}
