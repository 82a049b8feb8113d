# A role in a customer's account. The hub role of the company that deploys can assume it with the agreed external id.

data "aws_partition" "current" {}

locals {
  hub = "arn:${data.aws_partition.current.partition}:iam::${var.hub_account_id}:role/${var.hub_role_name}"
}

data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "HubRoleWithExternalId"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [local.hub]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }
    dynamic "condition" {
      for_each = var.required_project_tag[*]
      content {
        test     = "StringEquals"
        variable = "aws:RequestTag/Project"
        values   = [condition.value]
      }
    }
  }

  statement {
    sid     = "HubRoleTagsAndSourceIdentity"
    actions = ["sts:TagSession", "sts:SetSourceIdentity"]
    principals {
      type        = "AWS"
      identifiers = [local.hub]
    }
  }
}

resource "aws_iam_role" "customer" {
  name                 = var.role_name
  path                 = var.role_path
  description          = "Assumed by ${var.hub_role_name} of account ${var.hub_account_id}"
  max_session_duration = var.max_session_seconds
  permissions_boundary = var.permissions_boundary_arn
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy_attachment" "customer" {
  for_each   = var.managed_policy_arns
  role       = aws_iam_role.customer.name
  policy_arn = each.value
}
