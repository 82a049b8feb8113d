# A hub role in your own account. GitHub workflows assume it with their OIDC token, and then assume the roles in your
# customers' accounts.

data "aws_partition" "current" {}

locals {
  issuer   = "token.actions.githubusercontent.com"
  audience = data.aws_partition.current.partition == "aws-cn" ? "sts.amazonaws.com.cn" : "sts.amazonaws.com"
  provider = coalesce(var.existing_provider_arn, one(aws_iam_openid_connect_provider.github[*].arn))
}

resource "aws_iam_openid_connect_provider" "github" {
  count          = var.existing_provider_arn == null ? 1 : 0
  url            = "https://${local.issuer}"
  client_id_list = [local.audience]
}

data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "AllowedWorkflows"
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [local.provider]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = [local.audience]
    }
    condition {
      test     = "StringLike"
      variable = "${local.issuer}:sub"
      values   = var.subjects
    }
  }
}

data "aws_iam_policy_document" "assume_customer_roles" {
  statement {
    actions   = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    resources = ["arn:${data.aws_partition.current.partition}:iam::*:role/${var.customer_role_pattern}"]
  }
}

resource "aws_iam_role" "hub" {
  name                 = var.role_name
  path                 = var.role_path
  description          = "Assumed by GitHub workflows to reach customers' accounts"
  max_session_duration = var.max_session_seconds
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "assume_customer_roles" {
  name   = "assume-customer-roles"
  role   = aws_iam_role.hub.id
  policy = data.aws_iam_policy_document.assume_customer_roles.json
}

data "aws_iam_policy_document" "read_organization" {
  statement {
    actions = [
      "organizations:ListRoots",
      "organizations:ListAccountsForParent",
      "organizations:ListOrganizationalUnitsForParent",
      "organizations:ListTagsForResource",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "read_organization" {
  count  = var.reads_organization ? 1 : 0
  name   = "read-organization"
  role   = aws_iam_role.hub.id
  policy = data.aws_iam_policy_document.read_organization.json
}
