#include <cstdio>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <proviso/base/file.h>

#include "words.h"

namespace proviso::verify {
namespace {

constexpr int kProven = 0;
constexpr int kBroken = 1;
constexpr int kUnusable = 2;

/// A file as bytes without reading it into memory: clips have gigabytes.
class MappedFile {
public:
    static Result<MappedFile> open(const std::filesystem::path& path) {
        auto fd = PROVISO_TRY(open_file(path, O_RDONLY));

        struct stat status {};

        if (::fstat(fd.get(), &status) != 0) return errno_error("look at the file", errno);
        if (!S_ISREG(status.st_mode)) return invalid_input(path.string() + " is not a file");
        MappedFile file;
        file.size_ = static_cast<std::size_t>(status.st_size);
        if (file.size_ == 0) return file;
        file.data_ = ::mmap(nullptr, file.size_, PROT_READ, MAP_PRIVATE, fd.get(), 0);
        if (file.data_ == MAP_FAILED) return errno_error("read the file", errno);
        return file;
    }

    MappedFile(MappedFile&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    MappedFile& operator=(MappedFile&&) = delete;

    ~MappedFile() {
        if (size_ > 0) ::munmap(data_, size_);
    }

    ByteView bytes() const { return {static_cast<const std::uint8_t*>(data_), size_}; }

private:
    MappedFile() = default;

    void* data_ = nullptr;
    std::size_t size_ = 0;
};

struct Arguments {
    std::string bundle;
    std::string key;
    std::string key_file;
    bool json = false;
};

Result<std::optional<proof::VerifierKey>> trusted_key(const Arguments& arguments) {
    auto text = arguments.key;
    if (!arguments.key_file.empty()) {
        text = PROVISO_TRY(read_file(arguments.key_file, 4096));
        text.erase(text.find_last_not_of(" \t\r\n") + 1);
    }
    if (text.empty() && arguments.key_file.empty()) return std::optional<proof::VerifierKey>();
    return std::optional(PROVISO_TRY(proof::parse_verifier_key(text)));
}

Result<int> check(const Arguments& arguments) {
    auto key = PROVISO_TRY(trusted_key(arguments));
    auto file = PROVISO_TRY(MappedFile::open(arguments.bundle));
    auto report = proof::verify_bundle(file.bytes(), key);
    fmt::print("{}", arguments.json ? to_json(report).dump(2) + "\n" : plain_words(report));
    return report.ok ? kProven : kBroken;
}

int run(int argc, char** argv) {
    CLI::App app(
        "Checks an evidence bundle: the pictures, who may have changed them (nobody), and what "
        "that rests on. Needs no network. Exit code 0: proven, 1: broken, 2: not usable."
    );
    Arguments arguments;
    app.add_option("bundle", arguments.bundle, "the .proviso file")->required();
    auto* key = app.add_option(
        "--key", arguments.key, "verifier key of the log, got by another way than the bundle"
    );
    app.add_option("--key-file", arguments.key_file, "a file that holds it")->excludes(key);
    app.add_flag("--json", arguments.json, "print the report as JSON");
    app.set_version_flag("--version", PROVISO_VERSION);
    try {
        app.parse(argc, argv);
        auto code = check(arguments);
        if (code) return *code;
        fmt::print(stderr, "proviso-verify: {}\n", code.error().story());
        if (!code.error().next_step().empty()) {
            fmt::print(stderr, "{}\n", code.error().next_step());
        }
        return kUnusable;
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kProven : kUnusable;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "proviso-verify: %s\n", error.what());
        return kUnusable;
    } catch (...) {
        return kUnusable;
    }
}

}  // namespace
}  // namespace proviso::verify

int main(int argc, char** argv) { return proviso::verify::run(argc, argv); }
