terraform {
  backend "s3" {
    bucket         = "state"
    key            = "deploy.tfstate"
    region         = "us-east-1"
    use_path_style = true
  }
}
