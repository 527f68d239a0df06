package clients

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestS3(t *testing.T) {
	const mebibyte = 1 << 20
	settings := startDaemon(t, "", "--verify-signatures")
	client := s3.NewFromConfig(settings, func(o *s3.Options) { o.UsePathStyle = true })
	ctx := t.Context()
	bucket := aws.String(unique("tour"))
	got[*s3.CreateBucketOutput](t)(client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket}))
	put := func(key, body string, more func(*s3.PutObjectInput)) (*s3.PutObjectOutput, error) {
		input := &s3.PutObjectInput{Bucket: bucket, Key: &key, Body: strings.NewReader(body)}
		if more != nil {
			more(input)
		}
		return client.PutObject(ctx, input)
	}
	stored := got[*s3.PutObjectOutput](t)
	get := func(key string, more func(*s3.GetObjectInput)) (*s3.GetObjectOutput, string, error) {
		input := &s3.GetObjectInput{Bucket: bucket, Key: &key}
		if more != nil {
			more(input)
		}
		answer, err := client.GetObject(ctx, input)
		if err != nil {
			return nil, "", err
		}
		body, err := io.ReadAll(answer.Body)
		return answer, string(body), err
	}

	t.Run("an object is put, read by ranges and conditions, and deleted", func(t *testing.T) {
		key := "a folder/ünï+code &?"
		made := stored(put(key, "0123456789", func(in *s3.PutObjectInput) {
			in.ContentType, in.Metadata = aws.String("text/x-go"), map[string]string{"colour": "red"}
		}))
		sum := md5.Sum([]byte("0123456789"))
		equal(t, *made.ETag, `"`+hex.EncodeToString(sum[:])+`"`, "the ETag")
		answer, body, err := get(key, nil)
		must(t, err)
		equal(t, body+*answer.ContentType+answer.Metadata["colour"], "0123456789text/x-gored", "the object")
		answer, body, err = get(key, func(in *s3.GetObjectInput) { in.Range = aws.String("bytes=-3") })
		must(t, err)
		equal(t, body+*answer.ContentRange, "789bytes 7-9/10", "the end of the object")
		_, _, err = get(key, func(in *s3.GetObjectInput) { in.Range = aws.String("bytes=10-") })
		refused(t, err, "InvalidRange", 416)
		_, _, err = get(key, func(in *s3.GetObjectInput) { in.IfMatch = aws.String(`"other"`) })
		refused(t, err, "PreconditionFailed", 412)
		_, err = put(key, "x", func(in *s3.PutObjectInput) { in.IfNoneMatch = aws.String("*") })
		refused(t, err, "PreconditionFailed", 412)
		got[*s3.DeleteObjectOutput](t)(client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: &key}))
		_, _, err = get(key, nil)
		refusedAs[*types.NoSuchKey](t, err, "NoSuchKey", 404)
		_, err = client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: &key})
		refusedAs[*types.NotFound](t, err, "NotFound", 404)
	})

	t.Run("every checksum is taken, kept and verified", func(t *testing.T) {
		for _, algorithm := range []types.ChecksumAlgorithm{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} {
			key := "checksum/" + string(algorithm)
			body := strings.Repeat("checked ", 20_000)
			stored(put(key, body, func(in *s3.PutObjectInput) { in.ChecksumAlgorithm = algorithm }))
			// The SDK verifies it while it reads.
			_, came, err := get(key, func(in *s3.GetObjectInput) { in.ChecksumMode = types.ChecksumModeEnabled })
			must(t, err)
			equal(t, came == body, true, "the body")
			attributes := got[*s3.GetObjectAttributesOutput](t)(client.GetObjectAttributes(ctx, &s3.GetObjectAttributesInput{Bucket: bucket,
				Key: &key, ObjectAttributes: []types.ObjectAttributes{"Checksum", "ObjectSize"}}))
			equal(t, aws.ToInt64(attributes.ObjectSize), int64(len(body)), "the size")
			equal(t, attributes.Checksum != nil, true, "there is a checksum")
		}
		_, err := put("damaged", "x", func(in *s3.PutObjectInput) { in.ChecksumCRC32 = aws.String("AAAAAA==") })
		refused(t, err, "BadDigest", 400)
		_, _, err = get("damaged", nil)
		refused(t, err, "NoSuchKey", 404)
	})

	t.Run("listings have pages and common prefixes", func(t *testing.T) {
		for _, name := range []string{"a", "b/1", "b/2", "c d", "é"} {
			stored(put("list/"+name, name, nil))
		}
		pages, keys := 0, []string{}
		for list := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: bucket, Prefix: aws.String("list/"),
			MaxKeys: aws.Int32(2)}); list.HasMorePages(); pages++ {
			for _, object := range got[*s3.ListObjectsV2Output](t)(list.NextPage(ctx)).Contents {
				keys = append(keys, *object.Key)
			}
		}
		equal(t, fmt.Sprint(pages, keys), "3 [list/a list/b/1 list/b/2 list/c d list/é]", "the keys over pages")
		top := got[*s3.ListObjectsV2Output](t)(client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket,
			Prefix: aws.String("list/"), Delimiter: aws.String("/")}))
		equal(t, *top.CommonPrefixes[0].Prefix, "list/b/", "the common prefix")
		_, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String(unique("none"))})
		refusedAs[*types.NoSuchBucket](t, err, "NoSuchBucket", 404)
	})

	t.Run("a large body is uploaded and downloaded in parts", func(t *testing.T) {
		body := make([]byte, 11*mebibyte)
		_, _ = rand.Read(body)
		manager := transfermanager.New(client, func(o *transfermanager.Options) {
			o.PartSizeBytes, o.MultipartUploadThreshold = 5*mebibyte, 5*mebibyte
		})
		made := got[*transfermanager.UploadObjectOutput](t)(manager.UploadObject(ctx,
			&transfermanager.UploadObjectInput{Bucket: bucket, Key: aws.String("large"), Body: bytes.NewReader(body)}))
		equal(t, strings.HasSuffix(*made.ETag, `-3"`), true, "the ETag "+*made.ETag+" tells of three parts")
		down := got[*transfermanager.GetObjectOutput](t)(manager.GetObject(ctx,
			&transfermanager.GetObjectInput{Bucket: bucket, Key: aws.String("large")}))
		equal(t, bytes.Equal(got[[]byte](t)(io.ReadAll(down.Body)), body), true, "the body")
		_, err := client.UploadPart(ctx, &s3.UploadPartInput{Bucket: bucket, Key: aws.String("large"), UploadId: aws.String("never"),
			PartNumber: aws.Int32(1), Body: strings.NewReader("x")})
		refused(t, err, "NoSuchUpload", 404)
	})

	t.Run("an upload by hand is completed only with its own parts", func(t *testing.T) {
		key := aws.String("by-hand")
		upload := got[*s3.CreateMultipartUploadOutput](t)(client.CreateMultipartUpload(ctx,
			&s3.CreateMultipartUploadInput{Bucket: bucket, Key: key, ChecksumAlgorithm: types.ChecksumAlgorithmCrc32}))
		part := got[*s3.UploadPartOutput](t)(client.UploadPart(ctx, &s3.UploadPartInput{Bucket: bucket, Key: key, UploadId: upload.UploadId,
			PartNumber: aws.Int32(1), Body: strings.NewReader("small")}))
		complete := func(number int32) error {
			_, err := client.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{Bucket: bucket, Key: key, UploadId: upload.UploadId,
				MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{
					{PartNumber: &number, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32}}}})
			return err
		}
		refused(t, complete(2), "InvalidPart", 400)
		must(t, complete(1))
		_, body, err := get("by-hand", nil)
		must(t, err)
		equal(t, body, "small", "the object")
	})

	t.Run("objects are copied, tagged and deleted by the dozen", func(t *testing.T) {
		stored(put("from", "copied", func(in *s3.PutObjectInput) { in.Tagging = aws.String("a=1&b=2") }))
		got[*s3.CopyObjectOutput](t)(client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("to"),
			CopySource: aws.String(*bucket + "/" + url.PathEscape("from"))}))
		tags := got[*s3.GetObjectTaggingOutput](t)(client.GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: bucket, Key: aws.String("to")}))
		equal(t, len(tags.TagSet), 2, "tags of the copy")
		deleted := got[*s3.DeleteObjectsOutput](t)(client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: bucket, Delete: &types.Delete{
			Objects: []types.ObjectIdentifier{{Key: aws.String("from")}, {Key: aws.String("to")}, {Key: aws.String("never")}}}}))
		equal(t, len(deleted.Deleted), 3, "deleted")
		_, err := client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("to"), CopySource: aws.String(*bucket + "/from")})
		refused(t, err, "NoSuchKey", 404)
		_, err = client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: bucket})
		refused(t, err, "BucketNotEmpty", 409)
	})

	t.Run("presigned requests are plain HTTP", func(t *testing.T) {
		signer := s3.NewPresignClient(client)
		write, err := signer.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("signed")}, s3.WithPresignExpires(time.Minute))
		must(t, err)
		request := got[*http.Request](t)(http.NewRequest(write.Method, write.URL, strings.NewReader("by HTTP")))
		answer := got[*http.Response](t)(http.DefaultClient.Do(request))
		equal(t, answer.StatusCode, 200, "the status of the write")
		_ = answer.Body.Close()
		read, err := signer.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("signed")})
		must(t, err)
		answer = got[*http.Response](t)(http.Get(read.URL))
		equal(t, string(got[[]byte](t)(io.ReadAll(answer.Body))), "by HTTP", "what is read")
		_ = answer.Body.Close()
	})

	t.Run("buckets may stand in the host name", func(t *testing.T) {
		at := got[*url.URL](t)(url.Parse(*settings.BaseEndpoint))
		virtual := s3.NewFromConfig(settings, func(o *s3.Options) {
			o.BaseEndpoint = aws.String("http://s3.localhost.localstack.cloud:" + at.Port())
			o.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, at.Host)
			}}}
		})
		_, err := virtual.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("virtual"), Body: strings.NewReader("x")})
		must(t, err)
		_, body, err := get("virtual", nil)
		must(t, err)
		equal(t, body, "x", "the object")
	})
}
