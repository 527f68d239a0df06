#include "aws/s3/chunked_body.hpp"

#include <charconv>

#include "base/text.hpp"

namespace faasd::aws::s3 {
namespace {

constexpr std::size_t kMaxLine = 8192;
constexpr std::size_t kMaxTrailers = 64;

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
        const std::string_view digits = line.substr(0, line.find(';'));
        const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), left_, 16);
        const bool valid = failure == std::errc{} && end == digits.data() + digits.size();
        step_ = !valid ? Step::broken : left_ == 0 ? Step::trailers : Step::data;
    } else if (line.empty()) {
        step_ = Step::end;
    } else {
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
}

}  // namespace faasd::aws::s3
