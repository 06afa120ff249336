#pragma once

#include <filesystem>
#include <functional>
#include <mutex>

#include <gtest/gtest.h>

#include <proviso/base/file.h>
#include <proviso/base/id.h>
#include <proviso/ledger/tile_ledger.h>

#include "tile_ledger_inside.h"

namespace proviso::ledger {

namespace fs = std::filesystem;

/// What a test sets while the threads of a ledger call it.
template <class Signature>
class Hook {
public:
    Hook& operator=(std::function<Signature> what) {
        std::lock_guard lock(mutex_);
        what_ = std::move(what);
        return *this;
    }

    std::function<Signature> get() const {
        std::lock_guard lock(mutex_);
        return what_;
    }

private:
    mutable std::mutex mutex_;
    std::function<Signature> what_;
};

/// A storage that fails when and how a test says.
class FailingDisk final : public Disk {
public:
    /// Called with the file's name before each call; an error is returned instead of doing it.
    Hook<Result<>(const std::string& path)> on_write;
    Hook<Result<>(const std::string& path)> on_sync;
    /// False where a test writes much and is not about power cuts.
    bool really_sync = true;
    /// May change what is about to be written.
    Hook<void(const std::string& path, Bytes& content)> corrupt;

    Result<> write(int fd, ByteView content, std::uint64_t offset) override {
        auto path = path_of(fd);
        if (auto say = on_write.get()) PROVISO_TRY(say(path));
        auto bend = corrupt.get();
        if (!bend) return Disk::write(fd, content, offset);
        Bytes changed(content.begin(), content.end());
        bend(path, changed);
        return Disk::write(fd, changed, offset);
    }

    Result<> sync(int fd) override {
        if (auto say = on_sync.get()) PROVISO_TRY(say(path_of(fd)));
        return really_sync ? Disk::sync(fd) : Result<>();
    }

    Result<> sync_folder(const fs::path& folder) override {
        return really_sync ? Disk::sync_folder(folder) : Result<>();
    }

private:
    static std::string path_of(int fd) {
        std::error_code ignored;
        return fs::read_symlink("/proc/self/fd/" + std::to_string(fd), ignored).string();
    }
};

/// A ledger folder of its own for every test.
class LedgerFolder : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(make_folders(folder_)); }

    void TearDown() override { fs::remove_all(base_); }

    TileLedgerOptions options() const {
        return {
            folder_,
            "proviso.example/test",
            crypto::SigningKey::from_seed(Bytes(32, 7)).value(),
            crypto::SecretBytes::copy_of(Bytes(32, 9)),
            milliseconds(5)};
    }

    std::unique_ptr<Ledger> open() { return open_tile_ledger_on(disk_, options(), clock_).value(); }

    Result<std::uint64_t> verify() const { return verify_tile_ledger(folder_, key_); }

    static Draft draft(std::uint64_t number) { return {"test", Json{{"number", number}}, nullptr}; }

    static void append(Ledger& ledger, std::uint64_t first, std::uint64_t count) {
        std::vector<Draft> drafts;
        for (auto number = first; number < first + count; ++number) {
            drafts.push_back(draft(number));
            if (drafts.size() == 1000 || number + 1 == first + count) {
                ASSERT_TRUE(ledger.append_all(std::move(drafts)));
                drafts.clear();
            }
        }
    }

    const fs::path base_ = fs::temp_directory_path() / ("proviso-ledger-" + Uuid::random().text());
    const fs::path folder_ = base_ / "ledger";
    FailingDisk disk_;
    SystemClock clock_;
    const std::string key_ = proof::verifier_key(
        "proviso.example/test", crypto::SigningKey::from_seed(Bytes(32, 7)).value().public_key()
    );
};

}  // namespace proviso::ledger
