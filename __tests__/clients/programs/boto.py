# Asks STS and S3 who it is, with boto3: once, or until the file STOP_FILE exists.
import os
import time

import boto3

sts = boto3.client("sts", region_name="us-east-1")
s3 = boto3.client("s3", region_name="us-east-1")
stop = os.environ.get("STOP_FILE")
while True:
    print(sts.get_caller_identity()["Arn"])
    print(s3.list_buckets()["Owner"]["DisplayName"])
    if stop is None or os.path.exists(stop):
        break
    time.sleep(0.25)
