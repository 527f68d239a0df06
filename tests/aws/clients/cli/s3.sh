#!/bin/sh
# A tour through S3 with the AWS CLI, in its own commands (s3) and S3's (s3api).
. "$(dirname "$0")/library.sh"
start

cloud s3 mb s3://tour >/dev/null
refused BucketAlreadyOwnedByYou s3api create-bucket --bucket tour --create-bucket-configuration LocationConstraint=eu-west-1 \
    --region eu-west-1
expect tour "$(cloud s3api list-buckets --query 'Buckets[].Name')" "the list of buckets"
expect None "$(cloud s3api get-bucket-location --bucket tour --query LocationConstraint)" "the bucket's location"

# 12 MiB: three parts, there and back.
dd if=/dev/urandom of="$folder/big" bs=1048576 count=12 2>/dev/null
cloud s3 cp --quiet "$folder/big" s3://tour/big
expect 12582912 "$(cloud s3api head-object --bucket tour --key big --query ContentLength)" "the size of a multipart upload"
expect_part '"*-3"' "$(cloud s3api head-object --bucket tour --key big --query ETag)" "the ETag of a multipart upload"
cloud s3 cp --quiet s3://tour/big "$folder/back"
cmp "$folder/big" "$folder/back"
cloud s3 cp --quiet s3://tour/big s3://tour/copied
cloud s3 cp --quiet s3://tour/copied "$folder/back"
cmp "$folder/big" "$folder/back"

# Folders are synchronized, and a stream is stored.
mkdir -p "$folder/tree/sub"
echo one >"$folder/tree/a b.txt"
echo two >"$folder/tree/sub/ünï.txt"
cloud s3 sync --quiet "$folder/tree" s3://tour/tree
cloud s3 sync --quiet --delete s3://tour/tree "$folder/tree2"
diff -r "$folder/tree" "$folder/tree2"
expect_part '*PRE sub/*4 a b.txt' "$(cloud s3 ls s3://tour/tree/ | tr '\n' ' ' | sed 's/ *$//')" "a listing with a delimiter"
echo streamed | cloud s3 cp - s3://tour/stream
expect streamed "$(cloud s3 cp s3://tour/stream -)" "a stream"
cloud s3 mv --quiet s3://tour/stream s3://tour/moved
expect streamed "$(curl -sS "$(cloud s3 presign s3://tour/moved)")" "a presigned URL"
refused 404 s3 cp s3://tour/stream "$folder/none"
[ ! -e "$folder/none" ]

# One object in all its details.
printf 0123456789 >"$folder/digits"
etag=$(cloud s3api put-object --bucket tour --key digits --body "$folder/digits" --content-type text/x-digits --metadata colour=red \
    --tagging 'a=1&b=2' --checksum-algorithm SHA256 --query '[ETag, ChecksumSHA256]')
expect '"781e5e245d69b566979b86e28d23f2c7"	hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=' "$etag" "the answer to a put"
expect "text/x-digits	red	2	bytes 2-4/10" "$(cloud s3api get-object --bucket tour --key digits --range bytes=2-4 "$folder/part" \
    --query '[ContentType, Metadata.colour, TagCount, ContentRange]')" "a part of an object"
expect 234 "$(cat "$folder/part")" "the bytes of a range"
expect "hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=" \
    "$(cloud s3api head-object --bucket tour --key digits --checksum-mode ENABLED --query ChecksumSHA256)" "the checksum"
refused InvalidRange s3api get-object --bucket tour --key digits --range bytes=10- "$folder/none"
refused PreconditionFailed s3api get-object --bucket tour --key digits --if-match '"other"' "$folder/none"
refused 304 s3api get-object --bucket tour --key digits --if-none-match '"781e5e245d69b566979b86e28d23f2c7"' "$folder/none"
refused BadDigest s3api put-object --bucket tour --key damaged --body "$folder/digits" --content-md5 AAAAAAAAAAAAAAAAAAAAAA==
refused NoSuchKey s3api get-object --bucket tour --key damaged "$folder/none"
refused NoSuchBucket s3api list-objects-v2 --bucket never-made
refused NoSuchUpload s3api list-parts --bucket tour --key digits --upload-id never

# Pages, and a copy with other metadata.
expect 5 "$(cloud s3api list-objects-v2 --bucket tour --page-size 2 --query 'length(Contents[?Key!=`moved`])' --output json |
    tr -d '\n')" "objects over pages"
cloud s3api copy-object --bucket tour --key digits2 --copy-source tour/digits --metadata-directive REPLACE --metadata x=y >/dev/null
expect y "$(cloud s3api head-object --bucket tour --key digits2 --query Metadata.x)" "replaced metadata"
expect "digits	digits2	never" "$(cloud s3api delete-objects --bucket tour --delete \
    '{"Objects": [{"Key": "digits"}, {"Key": "digits2"}, {"Key": "never"}]}' --query 'sort(Deleted[].Key)')" "many deleted"

# Versions.
cloud s3api put-bucket-versioning --bucket tour --versioning-configuration Status=Enabled
old=$(echo one | cloud s3 cp - s3://tour/versioned && cloud s3api head-object --bucket tour --key versioned --query VersionId)
cloud s3api delete-object --bucket tour --key versioned >/dev/null
refused NoSuchKey s3api get-object --bucket tour --key versioned "$folder/none"
cloud s3api get-object --bucket tour --key versioned --version-id "$old" "$folder/part" >/dev/null
expect one "$(cat "$folder/part")" "an old version"
expect "True	None" "$(cloud s3api list-object-versions --bucket tour --prefix versioned \
    --query '[DeleteMarkers[0].IsLatest, Versions[?IsLatest]|[0].Key]')" "the list of versions"

refused BucketNotEmpty s3api delete-bucket --bucket tour
cloud s3 mb s3://short-lived >/dev/null
echo x | cloud s3 cp - s3://short-lived/x
cloud s3 rb --force s3://short-lived >/dev/null
refused 404 s3api head-bucket --bucket short-lived
echo "S3 is as it should be"
