variable "hub_account_id" {
  type        = string
  description = "The 12-digit account id of the company that deploys."
  validation {
    condition     = can(regex("^\\d{12}$", var.hub_account_id))
    error_message = "Must be a 12-digit account id."
  }
}

variable "hub_role_name" {
  type    = string
  default = "deployment-hub"
}

variable "external_id" {
  type        = string
  description = "The external id from the company that deploys, which uses a different one for each customer. It is not a password."
  validation {
    condition     = can(regex("^[\\w+=,.@:/-]+$", var.external_id)) && length(var.external_id) >= 2 && length(var.external_id) <= 1224
    error_message = "Must be 2 to 1224 letters, digits and _ + = , . @ : / -."
  }
}

variable "role_name" {
  type    = string
  default = "customer-deployment"
}

variable "role_path" {
  type    = string
  default = "/deploy/"
}

variable "max_session_seconds" {
  type        = number
  default     = 3600
  description = "Maximum session duration. It has no effect on chains, which AWS limits to one hour."
  validation {
    condition     = var.max_session_seconds >= 3600 && var.max_session_seconds <= 43200
    error_message = "Must be from 3600 to 43200 seconds."
  }
}

variable "managed_policy_arns" {
  type        = set(string)
  default     = []
  description = "ARNs of the managed policies that say what the role may do."
}

variable "permissions_boundary_arn" {
  type        = string
  default     = null
  description = "ARN of a permissions boundary, which limits what the role's policies can allow."
}

variable "required_project_tag" {
  type        = string
  default     = null
  description = "If set, only requests with the session tag Project and this value are allowed."
}
