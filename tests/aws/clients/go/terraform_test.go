package clients

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Terraform's provider is made with this SDK. After each change it reads everything about a resource, and takes what has
// never been set for an error unless it has exactly the code that the cloud gives.
func TestWhatTerraformReads(t *testing.T) {
	settings := startDaemon(t, "")
	ctx := t.Context()

	t.Run("a new bucket", func(t *testing.T) {
		client := s3.NewFromConfig(settings, func(o *s3.Options) { o.UsePathStyle = true })
		bucket := aws.String(unique("plain"))
		got[*s3.CreateBucketOutput](t)(client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket}))
		must(t, s3.NewBucketExistsWaiter(client).Wait(ctx, &s3.HeadBucketInput{Bucket: bucket}, time.Minute))
		acl := got[*s3.GetBucketAclOutput](t)(client.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: bucket}))
		equal(t, acl.Grants[0].Permission, types.PermissionFullControl, "the owner's permission")
		equal(t, got[*s3.GetBucketVersioningOutput](t)(client.GetBucketVersioning(ctx,
			&s3.GetBucketVersioningInput{Bucket: bucket})).Status, "", "versioning")
		equal(t, got[*s3.GetBucketAccelerateConfigurationOutput](t)(client.GetBucketAccelerateConfiguration(ctx,
			&s3.GetBucketAccelerateConfigurationInput{Bucket: bucket})).Status, "", "acceleration")
		equal(t, got[*s3.GetBucketRequestPaymentOutput](t)(client.GetBucketRequestPayment(ctx,
			&s3.GetBucketRequestPaymentInput{Bucket: bucket})).Payer, types.PayerBucketOwner, "who pays")
		equal(t, got[*s3.GetBucketLoggingOutput](t)(client.GetBucketLogging(ctx,
			&s3.GetBucketLoggingInput{Bucket: bucket})).LoggingEnabled == nil, true, "there is no logging")
		rules := got[*s3.GetBucketEncryptionOutput](t)(client.GetBucketEncryption(ctx,
			&s3.GetBucketEncryptionInput{Bucket: bucket})).ServerSideEncryptionConfiguration.Rules
		equal(t, rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm, types.ServerSideEncryptionAes256, "the encryption of every new bucket")
		equal(t, got[*s3.GetBucketOwnershipControlsOutput](t)(client.GetBucketOwnershipControls(ctx,
			&s3.GetBucketOwnershipControlsInput{Bucket: bucket})).OwnershipControls.Rules[0].ObjectOwnership,
			types.ObjectOwnershipBucketOwnerEnforced, "the ownership of every new bucket")
		equal(t, *got[*s3.GetPublicAccessBlockOutput](t)(client.GetPublicAccessBlock(ctx,
			&s3.GetPublicAccessBlockInput{Bucket: bucket})).PublicAccessBlockConfiguration.BlockPublicAcls, true, "the access block of every new bucket")
		got[*s3.GetBucketNotificationConfigurationOutput](t)(client.GetBucketNotificationConfiguration(ctx,
			&s3.GetBucketNotificationConfigurationInput{Bucket: bucket}))
		for code, read := range map[string]func() error{
			"NoSuchBucketPolicy": func() error {
				_, err := client.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: bucket})
				return err
			},
			"NoSuchCORSConfiguration": func() error { _, err := client.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: bucket}); return err },
			"NoSuchWebsiteConfiguration": func() error {
				_, err := client.GetBucketWebsite(ctx, &s3.GetBucketWebsiteInput{Bucket: bucket})
				return err
			},
			"NoSuchTagSet": func() error {
				_, err := client.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: bucket})
				return err
			},
			"NoSuchLifecycleConfiguration": func() error {
				_, err := client.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: bucket})
				return err
			},
			"ReplicationConfigurationNotFoundError": func() error {
				_, err := client.GetBucketReplication(ctx, &s3.GetBucketReplicationInput{Bucket: bucket})
				return err
			},
			"ObjectLockConfigurationNotFoundError": func() error {
				_, err := client.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: bucket})
				return err
			},
		} {
			refused(t, read(), code, 404)
		}
		got[*s3.DeleteBucketOutput](t)(client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: bucket}))
		must(t, s3.NewBucketNotExistsWaiter(client).Wait(ctx, &s3.HeadBucketInput{Bucket: bucket}, time.Minute))
	})

	t.Run("a new queue", func(t *testing.T) {
		client := sqs.NewFromConfig(settings)
		asked := map[string]string{"DelaySeconds": "1", "KmsMasterKeyId": "alias/aws/sqs", "KmsDataKeyReusePeriodSeconds": "600", "MaximumMessageSize": "262144",
			"MessageRetentionPeriod": "86400", "ReceiveMessageWaitTimeSeconds": "2", "VisibilityTimeout": "31",
			"Policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}`}
		url := got[*sqs.CreateQueueOutput](t)(client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(unique("plain")),
			Attributes: asked, Tags: map[string]string{"team": "blue"}})).QueueUrl
		// It waits until every attribute is what it asked for.
		came := got[*sqs.GetQueueAttributesOutput](t)(client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: url,
			AttributeNames: []sqstypes.QueueAttributeName{"All"}})).Attributes
		for name, value := range asked {
			equal(t, came[name], value, name)
		}
		equal(t, got[*sqs.ListQueueTagsOutput](t)(client.ListQueueTags(ctx, &sqs.ListQueueTagsInput{QueueUrl: url})).Tags["team"], "blue", "the tag")
	})

	t.Run("a new table", func(t *testing.T) {
		client := dynamodb.NewFromConfig(settings)
		table := aws.String(unique("plain"))
		got[*dynamodb.CreateTableOutput](t)(client.CreateTable(ctx, &dynamodb.CreateTableInput{TableName: table,
			BillingMode:           dynamodbtypes.BillingModeProvisioned,
			ProvisionedThroughput: &dynamodbtypes.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(5), WriteCapacityUnits: aws.Int64(6)},
			AttributeDefinitions:  []dynamodbtypes.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: "S"}},
			KeySchema:             []dynamodbtypes.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: "HASH"}},
			TableClass:            dynamodbtypes.TableClassStandard}))
		must(t, dynamodb.NewTableExistsWaiter(client).Wait(ctx, &dynamodb.DescribeTableInput{TableName: table}, time.Minute))
		described := got[*dynamodb.DescribeTableOutput](t)(client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: table})).Table
		equal(t, *described.ProvisionedThroughput.WriteCapacityUnits, 6, "the capacity")
		equal(t, got[*dynamodb.DescribeContinuousBackupsOutput](t)(client.DescribeContinuousBackups(ctx,
			&dynamodb.DescribeContinuousBackupsInput{TableName: table})).ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus,
			dynamodbtypes.PointInTimeRecoveryStatusDisabled, "point-in-time recovery")
		equal(t, got[*dynamodb.DescribeTimeToLiveOutput](t)(client.DescribeTimeToLive(ctx,
			&dynamodb.DescribeTimeToLiveInput{TableName: table})).TimeToLiveDescription.TimeToLiveStatus,
			dynamodbtypes.TimeToLiveStatusDisabled, "time to live")
		equal(t, len(got[*dynamodb.ListTagsOfResourceOutput](t)(client.ListTagsOfResource(ctx,
			&dynamodb.ListTagsOfResourceInput{ResourceArn: described.TableArn})).Tags), 0, "tags")
	})
}
