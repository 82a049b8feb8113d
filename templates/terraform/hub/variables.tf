variable "subjects" {
  type        = list(string)
  description = "Subjects of the workflows that may assume this role, for example repo:OWNER/NAME:environment:production. Repositories created, renamed or transferred after 15 July 2026 have ids in their subject: repo:OWNER@OWNER-ID/NAME@REPOSITORY-ID:environment:production."
  validation {
    condition     = length(var.subjects) > 0 && alltrue([for one in var.subjects : can(regex("^repo:[\\w.-]+(@\\d+)?/[\\w.-]+(@\\d+)?:.+$", one))])
    error_message = "Each subject must begin with repo:OWNER/NAME: and name one repository, without a wildcard."
  }
}

variable "role_name" {
  type    = string
  default = "deployment-hub"
}

variable "role_path" {
  type    = string
  default = "/"
}

variable "customer_role_pattern" {
  type        = string
  default     = "deploy/customer-deployment"
  description = "Path and name of the roles that the hub role may assume, in any account. You may use * as a wildcard."
}

variable "reads_organization" {
  type        = bool
  default     = false
  description = "Whether the hub role may list the accounts of the AWS organization, for the input organization. The account must be the management account or that of a delegated administrator."
}

variable "max_session_seconds" {
  type    = number
  default = 3600
  validation {
    condition     = var.max_session_seconds >= 3600 && var.max_session_seconds <= 43200
    error_message = "Must be from 3600 to 43200 seconds."
  }
}

variable "existing_provider_arn" {
  type        = string
  default     = null
  description = "ARN of the account's identity provider for GitHub, if it has one. Otherwise leave it out: Terraform creates the provider."
}
