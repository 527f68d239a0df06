#include "services/blob/object_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace faasd::blob {
namespace {

class BytesReader final : public model::ObjectReader {
  public:
    BytesReader(model::ObjectInfo info, std::string bytes, Slice slice)
        : info_(std::move(info)), bytes_(std::move(bytes)), slice_(slice) {}
    [[nodiscard]] const model::ObjectInfo& info() const override { return info_; }
    [[nodiscard]] std::uint64_t offset() const override { return slice_.offset; }
    [[nodiscard]] std::uint64_t length() const override { return slice_.length; }
    [[nodiscard]] base::Result<std::size_t> read(std::span<char> into) override {
        const std::size_t count = std::min<std::uint64_t>(into.size(), slice_.length - done_);
        bytes_.copy(into.data(), count, slice_.offset + done_);
        done_ += count;
        return count;
    }

  private:
    const model::ObjectInfo info_;
    const std::string bytes_;
    const Slice slice_;
    std::uint64_t done_ = 0;
};

class FilesReader final : public model::ObjectReader {
  public:
    FilesReader(model::ObjectInfo info, std::shared_ptr<const FileStore> files, std::vector<Segment> segments,
                Slice slice, Pins::Pin pin)
        : info_(std::move(info)),
          files_(std::move(files)),
          segments_(std::move(segments)),
          slice_(slice),
          position_(slice.offset),
          left_(slice.length),
          pin_(std::move(pin)) {}

    [[nodiscard]] const model::ObjectInfo& info() const override { return info_; }
    [[nodiscard]] std::uint64_t offset() const override { return slice_.offset; }
    [[nodiscard]] std::uint64_t length() const override { return slice_.length; }

    // Finds the file that holds the next byte, and opens it.
    [[nodiscard]] base::Result<> open_next() {
        while (current_ < segments_.size() && position_ >= segments_[current_].size) {
            position_ -= segments_[current_++].size;
        }
        if (current_ == segments_.size()) return damaged("its files end early");
        auto opened = files_->open(segments_[current_].file);
        if (!opened) return damaged(opened.error().message);
        file_ = std::move(*opened);
        return {};
    }

    [[nodiscard]] base::Result<std::size_t> read(std::span<char> into) override {
        if (left_ == 0 || into.empty()) return std::size_t{0};
        if (!file_.is_open() || position_ == segments_[current_].size) {
            if (auto opened = open_next(); !opened) return opened.error();
        }
        const std::uint64_t here = std::min(left_, segments_[current_].size - position_);
        const std::size_t wanted = std::min<std::uint64_t>(into.size(), here);
        ssize_t count = 0;
        do {
            count = ::pread(file_.fd(), into.data(), wanted, static_cast<off_t>(position_));
        } while (count < 0 && errno == EINTR);
        if (count < 0) return damaged(std::strerror(errno));
        if (count == 0) return damaged("a file is shorter than it was when it was written");
        position_ += static_cast<std::uint64_t>(count);
        left_ -= static_cast<std::uint64_t>(count);
        return static_cast<std::size_t>(count);
    }

  private:
    [[nodiscard]] base::Error damaged(const std::string& why) const {
        return {std::make_error_code(std::errc::io_error),
                "cannot read '" + info_.key + "': " + why +
                    "; restore the data folder, or store the object again"};
    }

    const model::ObjectInfo info_;
    const std::shared_ptr<const FileStore> files_;
    const std::vector<Segment> segments_;
    const Slice slice_;
    std::size_t current_ = 0;
    std::uint64_t position_;  // in the current file
    std::uint64_t left_;
    FileHandle file_;
    const Pins::Pin pin_;
};

}  // namespace

std::unique_ptr<model::ObjectReader> read_bytes(model::ObjectInfo info, std::string bytes, Slice slice) {
    return std::make_unique<BytesReader>(std::move(info), std::move(bytes), slice);
}

base::Result<std::unique_ptr<model::ObjectReader>> read_files(model::ObjectInfo info,
                                                              std::shared_ptr<const FileStore> files,
                                                              std::vector<Segment> segments, Slice slice,
                                                              Pins::Pin pin) {
    auto reader = std::make_unique<FilesReader>(std::move(info), std::move(files), std::move(segments), slice,
                                                std::move(pin));
    if (slice.length > 0) {
        if (auto opened = reader->open_next(); !opened) return opened.error();
    }
    return std::unique_ptr<model::ObjectReader>(std::move(reader));
}

}  // namespace faasd::blob
