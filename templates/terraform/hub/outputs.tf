output "role_arn" {
  description = "The first line of role-arn; your customers need its account and name"
  value       = aws_iam_role.hub.arn
}
