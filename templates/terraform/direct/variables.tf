variable "subjects" {
  type        = list(string)
  description = "Which workflows may enter, as their token's subject has it: repo:OWNER/NAME:environment:production, or with ids, repo:OWNER@OWNER-ID/NAME@REPOSITORY-ID:environment:production, for repositories made, renamed or moved after 15 July 2026."
  validation {
    condition     = length(var.subjects) > 0 && alltrue([for one in var.subjects : can(regex("^repo:[\\w.-]+(@\\d+)?/[\\w.-]+(@\\d+)?:.+$", one))])
    error_message = "Each begins with repo:OWNER/NAME: of one repository, without a wildcard."
  }
}

variable "role_name" {
  type    = string
  default = "github-deploy"
}

variable "role_path" {
  type    = string
  default = "/"
}

variable "max_session_seconds" {
  type    = number
  default = 3600
  validation {
    condition     = var.max_session_seconds >= 3600 && var.max_session_seconds <= 43200
    error_message = "3600 to 43200 seconds."
  }
}

variable "existing_provider_arn" {
  type        = string
  default     = null
  description = "Of the IAM identity provider for GitHub, if the account has it already (there can be one)."
}

variable "managed_policy_arns" {
  type        = set(string)
  default     = []
  description = "What the role may do."
}
