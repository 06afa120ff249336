#include "model_fetch.h"

#include <chrono>
#include <iostream>
#include <memory>

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <proviso/base/file.h>

#include "model_shelf.h"

namespace proviso::app {

namespace fs = std::filesystem;

namespace {

constexpr long kPartialContent = 206;
constexpr long kRangeNotSatisfiable = 416;

/// Where an answer's body goes.
struct Sink {
    int fd = -1;
    std::uint64_t have = 0;
    std::uint64_t want = 0;
    bool resumed = false;
    bool began = false;
    bool too_long = false;
    CURL* curl = nullptr;
    const Progress* progress = nullptr;
    std::optional<Error> problem;

    bool take(ByteView bytes) {
        if (!began) {
            began = true;
            long status = 0;
            curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
            if (resumed && status != kPartialContent) {
                // The server gave everything, though asked for the rest.
                if (::ftruncate(fd, 0) != 0) {
                    problem = errno_error("begin a download again", errno);
                    return false;
                }
                have = 0;
            }
        }
        if (bytes.size() > want - have) {
            too_long = true;
            return false;
        }
        auto written = pwrite_all(fd, bytes, have);
        if (!written) {
            problem = std::move(written).error();
            return false;
        }
        have += bytes.size();
        (*progress)(have, want);
        return true;
    }
};

std::size_t on_bytes(char* data, std::size_t size, std::size_t count, void* into) {
    auto bytes = as_bytes({data, size * count});
    return static_cast<Sink*>(into)->take(bytes) ? bytes.size() : 0;
}

bool on_this_machine(const std::string& url) {
    if (url.find('@') != std::string::npos) return false;
    for (const auto* host : {"127.0.0.1", "localhost", "[::1]"}) {
        auto begin = std::string("http://") + host;
        if (url.starts_with(begin + "/") || url.starts_with(begin + ":")) return true;
    }
    return false;
}

Result<> check_answer(CURL* curl, CURLcode code, Sink& sink, const std::string& url) {
    if (sink.problem) return std::move(*sink.problem);
    if (sink.too_long) {
        return Error(ErrorKind::Corrupt, fmt::format("{} gives more than the card says", url));
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK && sink.have == sink.want) return {};
    if (code == CURLE_HTTP_RETURNED_ERROR) {
        return Error(
            ErrorKind::Unavailable,
            fmt::format("{} answered with status {}", url, status),
            "give a copy with --from"
        );
    }
    return Error(
        ErrorKind::Unavailable,
        code == CURLE_OK ? fmt::format("{} ended too early", url)
                         : fmt::format("{}: {}", url, curl_easy_strerror(code)),
        "run the command again, it goes on where it stopped; or give a copy with --from"
    );
}

Result<> fetch_from(
    const std::string& url, const vision::ModelFile& file, int fd, const Progress& progress
) {
    if (!url.starts_with("https://") && !on_this_machine(url)) {
        return invalid_input(fmt::format("{} is not https", url));
    }
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
    auto there = ::lseek(fd, 0, SEEK_END);
    if (there < 0) return errno_error("look at a download", errno);
    Sink sink;
    sink.fd = fd;
    sink.have = static_cast<std::uint64_t>(there);
    if (sink.have >= file.size) {
        // Longer than the whole: something else.
        if (::ftruncate(fd, 0) != 0) return errno_error("begin a download again", errno);
        sink.have = 0;
    }
    sink.want = file.size;
    sink.resumed = sink.have > 0;
    sink.curl = curl.get();
    sink.progress = &progress;
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(curl.get(), CURLOPT_REDIR_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_MAXREDIRS, 10L);
    curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, 20L);
    curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 200L);
    curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, 30L);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, "proviso");
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &sink);
    if (sink.resumed) {
        curl_easy_setopt(curl.get(), CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(sink.have));
    }
    auto code = curl_easy_perform(curl.get());
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_RANGE_ERROR || status == kRangeNotSatisfiable) {
        if (::ftruncate(fd, 0) != 0) return errno_error("begin a download again", errno);
        return fetch_from(url, file, fd, progress);
    }
    return check_answer(curl.get(), code, sink, url);
}

Result<> put_in_place(const vision::ModelFile& file, const fs::path& part, const fs::path& path) {
    auto verified = verify_file(file, part);
    if (!verified) {
        // Nothing of it is worth going on with.
        std::error_code ignored;
        fs::remove(part, ignored);
        return std::move(verified).while_doing("check the hash");
    }
    std::error_code error;
    fs::rename(part, path, error);
    if (error) return errno_error(fmt::format("rename {}", part.string()), error.value());
    return sync_folder(path.parent_path());
}

}  // namespace

Result<> fetch_file(const vision::ModelFile& file, const fs::path& path, const Progress& progress) {
    if (file.urls.empty()) {
        return Error(
            ErrorKind::NotFound,
            fmt::format("the card gives no address for {}", file.name),
            "give the file with --from"
        );
    }
    PROVISO_TRY(make_folders(path.parent_path()));
    auto part = fs::path(path) += ".part";
    std::optional<Error> last;
    for (const auto& url : file.urls) {
        auto fd = PROVISO_TRY(open_file(part, O_RDWR | O_CREAT, 0644));
        auto fetched = fetch_from(url, file, fd.get(), progress);
        if (fetched && ::fdatasync(fd.get()) != 0) fetched = errno_error("sync a download", errno);
        if (fetched) fetched = put_in_place(file, part, path);
        if (fetched) return {};
        last = std::move(fetched).error();
    }
    return std::move(*last).while_doing(fmt::format("fetch {}", file.name));
}

Result<> copy_file(const vision::ModelFile& file, const fs::path& from, const fs::path& path) {
    PROVISO_TRY(make_folders(path.parent_path()));
    PROVISO_TRY(verify_file(file, from).while_doing("check the hash"));
    auto part = fs::path(path) += ".part";
    auto content = PROVISO_TRY(read_file(from, file.size));
    {
        auto fd = PROVISO_TRY(open_file(part, O_RDWR | O_CREAT | O_TRUNC, 0644));
        PROVISO_TRY(write_all(fd.get(), as_bytes(content)));
        if (::fdatasync(fd.get()) != 0) return errno_error("sync a copy", errno);
    }
    return put_in_place(file, part, path);
}

Progress progress_bar(std::string name) {
    if (::isatty(STDERR_FILENO) == 0) return [](std::uint64_t, std::uint64_t) {};
    using Clock = std::chrono::steady_clock;

    struct State {
        Clock::time_point began = Clock::now();
        Clock::time_point shown{};
        std::optional<std::uint64_t> first;
    };

    auto state = std::make_shared<State>();
    return [name = std::move(name), state](std::uint64_t have, std::uint64_t want) {
        auto now = Clock::now();
        if (!state->first) state->first = have;
        if (have < want && now - state->shown < std::chrono::milliseconds(100)) return;
        state->shown = now;
        constexpr std::size_t kWidth = 30;
        auto filled = want == 0 ? kWidth : static_cast<std::size_t>(have * kWidth / want);
        auto seconds = std::chrono::duration<double>(now - state->began).count();
        auto rate = seconds > 0.1 ? static_cast<double>(have - *state->first) / seconds / 1e6 : 0;
        std::cerr << fmt::format(
            "\r{:<40} [{}{}] {:5.1f} of {:.1f} MB  {:.1f} MB/s ",
            name,
            std::string(filled, '#'),
            std::string(kWidth - filled, '.'),
            static_cast<double>(have) / 1e6,
            static_cast<double>(want) / 1e6,
            rate
        );
        if (have >= want) std::cerr << "\n";
    };
}

}  // namespace proviso::app
