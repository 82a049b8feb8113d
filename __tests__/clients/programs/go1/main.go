// Asks STS who it is, with the AWS SDK for Go 1: once, or until the file STOP_FILE exists.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/sts"
)

func main() {
	config := aws.NewConfig().WithEndpoint(os.Getenv("AWS_ENDPOINT_URL")).WithRegion("us-east-1")
	client := sts.New(session.Must(session.NewSession(config)))
	for {
		identity, err := client.GetCallerIdentity(nil)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(*identity.Arn)
		if stop := os.Getenv("STOP_FILE"); stop == "" || exists(stop) {
			return
		}
		time.Sleep(250 * time.Millisecond)
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}
