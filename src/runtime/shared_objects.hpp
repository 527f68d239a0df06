// What one daemon has compiled, for all daemons of a user: found again by content, wherever the source lies now.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace faasd::runtime {

// Thread-safe, and safe beside other processes: files get new names, records are replaced as a whole. What nobody has used
// for a month is removed.
class SharedObjects {
  public:
    // Makes what is missing. An empty folder, or one that cannot be written to: nothing is shared.
    explicit SharedObjects(const std::filesystem::path& folder);

    [[nodiscard]] bool enabled() const { return !folder_.empty(); }
    // Where objects go that are to be shared.
    [[nodiscard]] std::filesystem::path objects() const { return folder_ / "objects"; }
    [[nodiscard]] std::filesystem::path modules() const { return folder_ / "modules"; }

    struct Found {
        std::filesystem::path object;
        std::vector<std::filesystem::path> headers;  // local ones that it was made of
    };
    // `how`: everything but the source and its local headers that an object depends on.
    [[nodiscard]] std::optional<Found> find(const std::string& how, const std::filesystem::path& source) const;
    // `headers` must be what the object was made of, unchanged since.
    void remember(const std::string& how, const std::filesystem::path& source,
                  const std::vector<std::filesystem::path>& headers, const std::filesystem::path& object) const;
    // It is in use: not to be removed yet.
    static void touch(const std::filesystem::path& file);
    void remove_old() const;

    // Held by whoever compiles a source, so that others wait for it instead of doing the same. Advisory: without it only
    // work is lost.
    class Turn {
      public:
        // Waits, at most so long, or until `cancelled`.
        Turn(const SharedObjects& objects, const std::string& how, const std::filesystem::path& source,
             std::chrono::milliseconds at_most, const std::atomic<bool>& cancelled);
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

      private:
        int lock_ = -1;
    };

  private:
    [[nodiscard]] std::filesystem::path record(const std::string& how, const std::filesystem::path& source) const;

    std::filesystem::path folder_;
};

// Of the headers in a folder, by name and content.
[[nodiscard]] std::string content_of_headers(const std::filesystem::path& folder);

}  // namespace faasd::runtime
