variable "hub_account_id" {
  type        = string
  description = "The account of whoever deploys."
  validation {
    condition     = can(regex("^\\d{12}$", var.hub_account_id))
    error_message = "An account id is 12 digits."
  }
}

variable "hub_role_name" {
  type    = string
  default = "deployment-hub"
}

variable "external_id" {
  type        = string
  description = "Made up by whoever deploys, another one for each customer. It is no password, but nobody else should use it."
  validation {
    condition     = can(regex("^[\\w+=,.@:/-]+$", var.external_id)) && length(var.external_id) >= 2 && length(var.external_id) <= 1224
    error_message = "2 to 1224 letters, digits and _ + = , . @ : / -."
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
  description = "Of no effect for chains, which AWS ends after an hour."
  validation {
    condition     = var.max_session_seconds >= 3600 && var.max_session_seconds <= 43200
    error_message = "3600 to 43200 seconds."
  }
}

variable "managed_policy_arns" {
  type        = set(string)
  default     = []
  description = "What the role may do."
}

variable "permissions_boundary_arn" {
  type        = string
  default     = null
  description = "The most that the role may ever do, whatever policies it has."
}

variable "required_project_tag" {
  type        = string
  default     = null
  description = "If set, only sessions that carry the tag Project with this value are let in."
}
