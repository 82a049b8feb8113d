variable "organizational_unit_ids" {
  type        = list(string)
  description = "Ids of the organizational units, or the id of the root for every account."
  validation {
    condition     = length(var.organizational_unit_ids) > 0 && alltrue([for one in var.organizational_unit_ids : can(regex("^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$", one))])
    error_message = "Must be ids like r-ab12 or ou-ab12-1a2b3c4d."
  }
}

variable "hub_account_id" {
  type        = string
  description = "The 12-digit account id of the hub role."
  validation {
    condition     = can(regex("^\\d{12}$", var.hub_account_id))
    error_message = "Must be a 12-digit account id."
  }
}

variable "hub_role_name" {
  type    = string
  default = "deployment-hub"
}

variable "organization_id" {
  type        = string
  description = "The id of the organization. The hub role can assume the roles only while the hub's account is in the organization."
  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "Must be an id like o-a1b2c3d4e5."
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

variable "managed_policy_arns" {
  type        = list(string)
  default     = []
  description = "ARNs of the managed policies that say what the role may do. They must exist in every account."
}
