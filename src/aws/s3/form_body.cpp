#include "aws/s3/form_body.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace faasd::aws::s3 {
namespace {

// The value of a parameter of a header field: name="value" or name=value.
std::optional<std::string> parameter_of(std::string_view header, std::string_view name) {
    for (std::size_t at = 0; (at = header.find(';', at)) != std::string_view::npos;) {
        ++at;
        while (at < header.size() && header[at] == ' ')
            ++at;
        if (!base::iequals(header.substr(at, name.size()), name) || header.substr(at + name.size(), 1) != "=")
            continue;
        std::string_view value = header.substr(at + name.size() + 1);
        if (value.starts_with('"')) {
            value.remove_prefix(1);
            return std::string(value.substr(0, value.find('"')));
        }
        return std::string(value.substr(0, value.find(';')));
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> FormBody::boundary_of(std::string_view content_type) {
    if (!base::iequals(content_type.substr(0, 19), "multipart/form-data")) return std::nullopt;
    auto boundary = parameter_of(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > 200) return std::nullopt;
    return boundary;
}

// buffer_ begins with the delimiter in front of a field.
bool FormBody::take_field() {
    const std::size_t start = delimiter_.size();
    if (buffer_.size() < start + 2) return false;
    if (!buffer_.starts_with(delimiter_) || buffer_.compare(start, 2, "\r\n") != 0) {
        state_ = State::broken;  // the form ends before a file
        return false;
    }
    const std::size_t head_end = buffer_.find("\r\n\r\n", start);
    if (head_end == std::string::npos) return false;
    std::string name, type;
    std::optional<std::string> file;
    // A field without a head has its empty line right behind the delimiter.
    std::string_view head = std::string_view(buffer_).substr(start + 2, std::max(head_end, start + 2) - start - 2);
    while (!head.empty()) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(line.size() + 2, head.size()));
        const std::string_view field = line.substr(0, line.find(':'));
        if (base::iequals(field, "content-disposition")) {
            name = base::to_lower(parameter_of(line, "name").value_or(""));
            file = parameter_of(line, "filename");
        } else if (base::iequals(field, "content-type")) {
            type = line.substr(std::min(line.find(':') + 1, line.size()));
            if (type.starts_with(' ')) type.erase(0, 1);
        }
    }
    if (name == "file") {
        file_name_ = file.value_or("");
        if (!type.empty()) fields_.emplace("content-type", type);
        buffer_.erase(0, head_end + 4);
        state_ = State::file;
        return true;
    }
    const std::size_t end = buffer_.find(delimiter_, head_end + 4);
    if (end == std::string::npos) return false;
    field_bytes_ += end;
    fields_[name] = buffer_.substr(head_end + 4, end - head_end - 4);
    buffer_.erase(0, end);
    return true;
}

FormBody::State FormBody::feed(std::string_view bytes) {
    buffer_.append(bytes);
    while (state_ == State::more && take_field()) {
    }
    if (state_ == State::more && field_bytes_ + buffer_.size() > kMaxFields + (64 << 10))
        state_ = State::broken;
    if (state_ == State::file) {
        const std::size_t end = buffer_.find(delimiter_);
        if (end != std::string::npos) {
            content_ += buffer_.substr(0, end);
            buffer_.clear();
            state_ = State::complete;
        } else if (buffer_.size() >= delimiter_.size()) {
            // The delimiter may have begun.
            const std::size_t sure = buffer_.size() - delimiter_.size() + 1;
            content_ += buffer_.substr(0, sure);
            buffer_.erase(0, sure);
        }
    } else if (state_ == State::complete) {
        buffer_.clear();  // what follows is nobody's
    }
    return state_;
}

std::string FormBody::take_content() {
    return std::exchange(content_, {});
}

}  // namespace faasd::aws::s3
