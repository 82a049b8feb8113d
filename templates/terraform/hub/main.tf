# Your own account: the role that named GitHub workflows enter by their OIDC token, and from which they go on to the roles
# of your customers' accounts.

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
    sid     = "NamedWorkflows"
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

data "aws_iam_policy_document" "enter_customers" {
  statement {
    actions   = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    resources = ["arn:${data.aws_partition.current.partition}:iam::*:role/${var.customer_role_pattern}"]
  }
}

resource "aws_iam_role" "hub" {
  name                 = var.role_name
  path                 = var.role_path
  description          = "Entered by GitHub workflows, on their way to customers' accounts"
  max_session_duration = var.max_session_seconds
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "enter_customers" {
  name   = "enter-customers"
  role   = aws_iam_role.hub.id
  policy = data.aws_iam_policy_document.enter_customers.json
}
