# A stack set for the management account of your AWS organization. It creates the role of member.yaml in every account of the
# organizational units, and in accounts that join them later. AWS never deploys such a stack set to the management account itself.

resource "aws_cloudformation_stack_set" "member" {
  name             = "${var.role_name}-roles"
  description      = "A role in every account, assumed by the hub role"
  permission_model = "SERVICE_MANAGED"
  capabilities     = ["CAPABILITY_NAMED_IAM"]
  template_body    = file("${path.module}/member.yaml")

  parameters = {
    HubAccountId      = var.hub_account_id
    HubRoleName       = var.hub_role_name
    OrganizationId    = var.organization_id
    RoleName          = var.role_name
    RolePath          = var.role_path
    ManagedPolicyArns = join(",", var.managed_policy_arns)
  }

  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  # AWS sets it for stack sets with service-managed permissions.
  lifecycle {
    ignore_changes = [administration_role_arn]
  }
}

# IAM roles are global, so one region is enough: the provider's own.
resource "aws_cloudformation_stack_set_instance" "member" {
  stack_set_name = aws_cloudformation_stack_set.member.name

  deployment_targets {
    organizational_unit_ids = var.organizational_unit_ids
  }

  operation_preferences {
    failure_tolerance_percentage = 10
    max_concurrent_percentage    = 100
    region_concurrency_type      = "PARALLEL"
  }
}
