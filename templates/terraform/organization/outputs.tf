output "stack_set_id" {
  description = "Id of the stack set. Its stack instances show the accounts in which the role could not be created."
  value       = aws_cloudformation_stack_set.member.stack_set_id
}
