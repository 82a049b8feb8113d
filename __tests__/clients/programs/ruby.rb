# Asks STS who it is, with the AWS SDK for Ruby: once, or until the file STOP_FILE exists.
require 'aws-sdk-core'

client = Aws::STS::Client.new(region: 'us-east-1', endpoint: ENV.fetch('AWS_ENDPOINT_URL'))
stop = ENV['STOP_FILE']
loop do
  puts client.get_caller_identity.arn
  break if stop.nil? || File.exist?(stop)

  sleep 0.25
end
