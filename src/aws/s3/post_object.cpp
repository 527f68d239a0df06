// Uploads by a browser's form ("Browser-based uploads using POST", S3 API Reference).
#include "aws/protocol/signature.hpp"
#include "aws/protocol/xml.hpp"
#include "aws/s3/document.hpp"
#include "aws/s3/form_body.hpp"
#include "aws/s3/integrity.hpp"
#include "aws/s3/object_headers.hpp"
#include "aws/s3/operations.hpp"
#include "aws/s3/post_policy.hpp"
#include "base/text.hpp"
#include "model/body_intake.hpp"

namespace faasd::aws::s3 {
namespace {

class PostUpload : public std::enable_shared_from_this<PostUpload> {
  public:
    PostUpload(ExchangePtr exchange, std::string_view boundary)
        : exchange_(std::move(exchange)), form_(boundary) {}

    void start() {
        if (exchange_->visit.stream)
            return model::take_in(
                *exchange_->visit.stream, exchange_->with.executor,
                {[self = shared_from_this()](std::string_view bytes) { return self->guarded([&] { self->take(bytes); }); },
                 [self = shared_from_this()](const base::Result<std::string>& trailers) {
                     self->guarded([&] {
                         if (!trailers)
                             throw Refused{Error{"IncompleteBody", 400, "The request body terminated unexpectedly"}};
                         self->finish();
                     });
                 }});
        guarded([this] {
            take(exchange_->visit.request.body);
            finish();
        });
    }

  private:
    // False where the step was refused, and so the upload.
    template <class Step>
    bool guarded(Step&& step) {
        try {
            step();
            return true;
        } catch (const Refused& refused) {
            writer_.reset();
            exchange_->refuse(refused.error);
            return false;
        }
    }
    void take(std::string_view bytes) {
        if (form_.feed(bytes) == FormBody::State::broken)
            throw Refused{Error{"MalformedPOSTRequest", 400,
                                "The body of your POST request is not well-formed multipart/form-data."}};
        if (!form_.in_file()) return;
        if (!writer_) open();
        const std::string content = form_.take_content();
        size_ += content.size();
        if (size_ > limits_.most)
            throw Refused{make_error(
                "EntityTooLarge", 400, "Your proposed upload exceeds the maximum allowed size",
                {{"ProposedSize", std::to_string(size_)}, {"MaxSizeAllowed", std::to_string(limits_.most)}})};
        if (checksum_) checksum_->update(content);
        if (const auto written = writer_->write(content); !written)
            throw Refused{to_error(written.error(), exchange_->subject())};
    }
    [[nodiscard]] std::string field(const char* name) const {
        const auto found = form_.fields().find(name);
        return found == form_.fields().end() ? std::string{} : found->second;
    }
    // All fields are there once the file begins.
    void open() {
        std::string key = field("key");
        if (key.empty())
            throw Refused{make_error("InvalidArgument", 400,
                                     "Bucket POST must contain a field named 'key'.  If it is specified, "
                                     "please check the order of the fields.",
                                     {{"ArgumentName", "key"}, {"ArgumentValue", ""}})};
        if (const std::size_t at = key.find("${filename}"); at != std::string::npos)
            key.replace(at, 11, form_.file_name());
        exchange_->address.key = key;
        auto fields = form_.fields();
        fields["key"] = key;
        fields["bucket"] = exchange_->address.bucket;
        // A request whose head is signed was checked by that.
        const auto& visit = exchange_->visit;
        if (visit.signatures && !visit.authorization) {
            if (auto refused = visit.signatures->form_refusal(fields)) throw Refused{std::move(*refused)};
        }
        if (const auto policy = fields.find("policy"); policy != fields.end())
            limits_ = check_policy(policy->second, fields, exchange_->with.clock.now());
        read_checksum(fields);
        model::PutOptions options;
        options.by_form = true;
        options.trace = exchange_->trace();
        for (const auto& [name, value] : fields) {
            if (name == "content-type" && !value.empty()) options.content_type = value;
            if (name.starts_with("x-amz-meta-")) options.metadata[name.substr(11)] = value;
            for (const char* kept :
                 {"Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language", "Expires"})
                if (base::iequals(kept, name)) options.headers[kept] = value;
        }
        if (const std::string tagging = field("tagging"); !tagging.empty()) {
            pugi::xml_document document;
            options.tags = read_tags(parse_document(document, tagging, "Tagging").child("TagSet"), 10);
        }
        if (const std::string kept_in = field("x-amz-storage-class");
            !kept_in.empty()) {
            check_storage_class(kept_in);
            if (kept_in != "STANDARD") options.properties[kStorageClass] = kept_in;
        }
        if (const std::string acl = field("acl"); !acl.empty()) {
            check_canned_acl(acl);
            if (acl != "private") options.properties[kAcl] = acl;
        }
        auto writer = exchange_->blobs().put(exchange_->address.bucket, key, std::move(options));
        if (!writer) throw Refused{to_error(writer.error(), exchange_->subject())};
        writer_ = std::move(*writer);
    }
    // The form's own, or only its kind.
    void read_checksum(const std::map<std::string, std::string>& fields) {
        const auto value_of = [&](std::string_view name) -> std::optional<std::string_view> {
            const auto found = fields.find(std::string(name));
            return found == fields.end() ? std::nullopt : std::optional<std::string_view>(found->second);
        };
        expected_ = body_checksum(value_of);
        if (expected_) checksum_.emplace(expected_->kind);
        const auto algorithm = value_of("x-amz-checksum-algorithm");
        if (!algorithm) return;
        const auto kind = base::parse_checksum_kind(*algorithm);
        if (!kind || (expected_ && expected_->kind != *kind))
            throw Refused{invalid_request("Value for x-amz-checksum-algorithm header is invalid.")};
        if (!checksum_) checksum_.emplace(*kind);
    }
    void keep_checksum() {
        if (!checksum_) return;
        model::Checksum computed{checksum_->kind(), base::base64_encode(checksum_->finish())};
        if (expected_ && expected_->value != computed.value) throw Refused{wrong_checksum(computed.kind)};
        writer_->set_checksum(std::move(computed));
    }
    void finish() {
        if (form_.feed({}) != FormBody::State::complete || !writer_)
            throw Refused{Error{"MalformedPOSTRequest", 400,
                                "The body of your POST request is not well-formed multipart/form-data."}};
        if (size_ < limits_.least)
            throw Refused{make_error("EntityTooSmall", 400,
                                     "Your proposed upload is smaller than the minimum allowed size",
                                     {{"ProposedSize", std::to_string(size_)},
                                      {"MinSizeAllowed", std::to_string(limits_.least)}})};
        keep_checksum();
        writer_->commit([self = shared_from_this()](const base::Result<model::ObjectInfo>& stored) {
            if (!stored) return self->exchange_->refuse(stored.error());
            self->answer(*stored);
        });
    }
    void answer(const model::ObjectInfo& object) {
        tell_expiration(*exchange_, object);
        Headers headers = write_headers(object);
        const std::string location =
            "http://" + std::string(exchange_->visit.request.host) +
            (exchange_->address.in_host ? "/" : "/" + exchange_->address.bucket + "/") +
            base::percent_encode(object.key, "/");
        std::string redirect = field("success_action_redirect");
        if (redirect.empty()) redirect = field("redirect");
        if (!redirect.empty() && redirect.find_first_of("\r\n") == std::string::npos) {
            redirect += (redirect.find('?') == std::string::npos ? "?bucket=" : "&bucket=") +
                        exchange_->address.bucket + "&key=" + base::percent_encode(object.key) + "&etag=%22" +
                        object.etag + "%22";
            headers.emplace_back("Location", redirect);
            return exchange_->respond_nothing(303, std::move(headers));
        }
        headers.emplace_back("Location", location);
        const std::string status = field("success_action_status");
        if (status != "201")
            return exchange_->respond_nothing(status == "200" ? 200 : 204, std::move(headers));
        pugi::xml_document document;
        auto root = document.append_child("PostResponse");
        add_text(root, "Location", location);
        add_text(root, "Bucket", exchange_->address.bucket);
        add_text(root, "Key", object.key);
        add_text(root, "ETag", '"' + object.etag + '"');
        exchange_->respond_xml(document, 201, std::move(headers));
    }

    const ExchangePtr exchange_;
    FormBody form_;
    std::unique_ptr<model::ObjectWriter> writer_;
    SizeLimits limits_;
    std::uint64_t size_ = 0;
    std::optional<base::ChecksumStream> checksum_;
    std::optional<model::Checksum> expected_;
};

}  // namespace

void post_object(const ExchangePtr& exchange) {
    const auto boundary = FormBody::boundary_of(exchange->header_or("content-type"));
    if (!boundary)
        throw Refused{
            Error{"PreconditionFailed", 412,
                  "At least one of the pre-conditions you specified did not hold: Bucket POST must be of the "
                  "enclosure-type multipart/form-data"}};
    std::make_shared<PostUpload>(exchange, *boundary)->start();
}

}  // namespace faasd::aws::s3
