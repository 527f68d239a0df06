#include "aws/s3/chunked_body.hpp"

#include <charconv>

#include "base/text.hpp"

namespace faasd::aws::s3 {
namespace {

constexpr std::size_t kMaxLine = 8192;
constexpr std::size_t kMaxTrailers = 64;
constexpr std::string_view kSignature = ";chunk-signature=", kTrailerSignature = "x-amz-trailer-signature";

}  // namespace

void ChunkedBody::take_line(std::string_view& bytes) {
    const std::size_t end = bytes.find('\n');
    line_.append(bytes.substr(0, end));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (line_.size() > kMaxLine) {
        step_ = Step::broken;
    } else if (end != std::string_view::npos) {
        if (line_.ends_with('\r')) line_.pop_back();
        on_line(line_);
        line_.clear();
    }
}

void ChunkedBody::on_line(std::string_view line) {
    if (step_ == Step::after_data) {
        step_ = line.empty() ? Step::size : Step::broken;
    } else if (step_ == Step::size) {
        on_size(line);
    } else if (line.empty()) {
        end_trailers();
    } else {
        on_trailer(line);
    }
}

void ChunkedBody::on_size(std::string_view line) {
    const std::string_view digits = line.substr(0, line.find(';'));
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), left_, 16);
    if (failure != std::errc{} || end != digits.data() + digits.size()) {
        step_ = Step::broken;
        return;
    }
    step_ = Step::data;
    if (signatures_) {
        const std::string_view extension = line.substr(digits.size());
        signatures_->begin(extension.starts_with(kSignature) ? extension.substr(kSignature.size()) : std::string_view{});
    }
    if (left_ == 0) end_chunk(Step::trailers);
}

void ChunkedBody::end_chunk(Step next) {
    wrong_signature_ = signatures_ && !signatures_->end();
    step_ = wrong_signature_ ? Step::broken : next;
}

void ChunkedBody::on_trailer(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || trailers_.size() == kMaxTrailers) {
        step_ = Step::broken;
        return;
    }
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' '))
        value.remove_prefix(1);
    while (value.ends_with(' '))
        value.remove_suffix(1);
    trailers_.emplace_back(base::to_lower(line.substr(0, colon)), value);
}

void ChunkedBody::end_trailers() {
    step_ = Step::end;
    if (!signs_trailers_) return;
    std::string lines, signature;
    for (const auto& [name, value] : trailers_) {
        if (name == kTrailerSignature) {
            signature = value;
        } else {
            lines.append(name).append(":").append(value).append("\n");
        }
    }
    if (signatures_->signs_trailers(lines, signature)) return;
    wrong_signature_ = true;
    step_ = Step::broken;
}

}  // namespace faasd::aws::s3
