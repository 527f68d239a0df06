#include "services/blob/content_writer.hpp"

#include <utility>

#include "model/blobs.hpp"

namespace faasd::blob {
namespace {

using model::BlobErrc;

// Writes to a file are gathered up to this.
constexpr std::size_t kBufferBytes = 128 << 10;

}  // namespace

ContentWriter::ContentWriter(std::shared_ptr<FileStore> files, ContentLimits limits)
    : files_(std::move(files)), limits_(limits) {}

base::Error ContentWriter::fail(base::Error error) {
    file_.reset();
    buffer_ = {};
    error_ = error;
    return error;
}

base::Result<> ContentWriter::write(std::string_view bytes) {
    if (error_) return *error_;
    if (bytes.size() > limits_.max_bytes - size_) {
        return fail({BlobErrc::entity_too_large, "more than " + std::to_string(limits_.max_bytes) +
                                                     " bytes in one piece: use a multipart upload"});
    }
    size_ += bytes.size();
    digest_.update(bytes);
    checksum_.update(bytes);
    if (auto added = add(bytes); !added) return fail(added.error());
    return {};
}

base::Result<> ContentWriter::add(std::string_view bytes) {
    if (!file_) {
        if (!limits_.always_file && size_ <= limits_.inline_bytes) {
            buffer_ += bytes;
            return {};
        }
        auto file = files_->create();
        if (!file) return file.error();
        file_.emplace(std::move(*file));
    }
    if (buffer_.size() + bytes.size() < kBufferBytes) {
        buffer_ += bytes;
        return {};
    }
    if (auto flushed = flush(); !flushed) return flushed;
    return file_->write(bytes);
}

base::Result<> ContentWriter::flush() {
    if (buffer_.empty()) return {};
    auto written = file_->write(buffer_);
    buffer_.clear();
    return written;
}

base::Result<WrittenContent> ContentWriter::finish(const std::optional<std::string>& md5) {
    if (error_) return *error_;
    const std::string digest = digest_.finish();
    if (md5 && *md5 != digest) {
        return fail({BlobErrc::bad_digest, "the content's MD5 is " + base::to_hex(digest) + ", not the " +
                                               base::to_hex(*md5) + " that was announced"});
    }
    if (limits_.always_file && !file_) {
        auto file = files_->create();
        if (!file) return fail(file.error());
        file_.emplace(std::move(*file));
    }
    if (file_) {
        auto finished = flush();
        if (finished) finished = file_->finish();
        if (!finished) return fail(finished.error());
    }
    error_ = base::Error{BlobErrc::invalid_argument, "the object is committed already: open another writer"};
    WrittenContent content;
    if (!file_) content.bytes = std::move(buffer_);
    content.file = std::move(file_);
    content.size = size_;
    content.md5 = base::to_hex(digest);
    content.crc64nvme = base::base64_encode(checksum_.finish());
    return content;
}

}  // namespace faasd::blob
