#include <csignal>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <proviso/keys/key_store.h>

#include "temporary_folder.h"

namespace proviso::keys {
namespace {

namespace fs = std::filesystem;

const Day kDay = parse_day("2026-11-22").value();
const CameraId kGate = CameraId::literal("gate-1");
const CameraId kYard = CameraId::literal("yard");

class KeyStoreTest : public InFolder {
protected:
    Result<std::unique_ptr<KeyStore>> open() const { return KeyStore::open(keys_, unlock_); }

    const fs::path keys_ = folder_ / "keys";
    const Unlock unlock_{folder_ / "secret" / "master.key", ""};
};

Bytes bytes_of(const CameraDayKey& key) {
    return {key.secret->view().begin(), key.secret->view().end()};
}

TEST_F(KeyStoreTest, MakesOneRandomKeyForACameraAndADay) {
    auto store = open().value();
    auto key = store->camera_day(kGate, kDay).value();
    EXPECT_EQ(key.id.rfind("gate-1/2026-11-22/", 0), 0U);
    EXPECT_EQ(bytes_of(store->camera_day(kGate, kDay).value()), bytes_of(key));
    std::set<Bytes> all{bytes_of(key)};
    all.insert(bytes_of(store->camera_day(kYard, kDay).value()));
    all.insert(bytes_of(store->camera_day(kGate, kDay + std::chrono::days(1)).value()));
    EXPECT_EQ(all.size(), 3U);
    EXPECT_EQ(store->find("gate-1/2026-11-22/ffffffff").error().kind(), ErrorKind::NotFound);
}

TEST_F(KeyStoreTest, KeepsKeysAndSecretsOverARestart) {
    std::string id;
    Bytes key;
    Bytes secret;
    Bytes sealed;
    {
        auto store = open().value();
        auto made = store->camera_day(kGate, kDay).value();
        id = made.id;
        key = bytes_of(made);
        auto pepper = store->server_secret("session.pepper", 32).value();
        secret.assign(pepper.view().begin(), pepper.view().end());
        sealed = store->seal("camera/gate-1", as_bytes("password")).value();
    }
    auto store = open().value();
    EXPECT_EQ(bytes_of(store->find(id).value()), key);
    EXPECT_TRUE(
        crypto::equal_secret(store->server_secret("session.pepper", 32).value().view(), secret)
    );
    EXPECT_FALSE(store->server_secret("session.pepper", 16));
    EXPECT_EQ(as_text(store->unseal("camera/gate-1", sealed).value().view()), "password");
    EXPECT_FALSE(store->unseal("camera/yard", sealed)) << "opened in another place";
    ASSERT_EQ(store->list().size(), 1U);
    EXPECT_EQ(store->list().front().camera, kGate);
}

TEST_F(KeyStoreTest, MakesTheKeysOfAllCamerasAtTheFirstCallOfADay) {
    auto store = open().value();
    ASSERT_TRUE(store->camera_day(kGate, kDay));
    ASSERT_TRUE(store->camera_day(kYard, kDay));
    auto next = kDay + std::chrono::days(1);
    ASSERT_TRUE(store->camera_day(kYard, next));
    auto before = fs::last_write_time(keys_ / "keystore");
    EXPECT_EQ(store->list().size(), 4U);
    ASSERT_TRUE(store->camera_day(kGate, next));
    EXPECT_EQ(fs::last_write_time(keys_ / "keystore"), before);
}

TEST_F(KeyStoreTest, WritesNoKeyInTheClear) {
    auto store = open().value();
    auto key = bytes_of(store->camera_day(kGate, kDay).value());
    auto seal = store->server_secret("ledger.signing", 32).value();
    for (const auto& file : fs::recursive_directory_iterator(folder_)) {
        if (!file.is_regular_file()) continue;
        auto content = read_file(file.path()).value();
        EXPECT_EQ(content.find(as_text(key)), std::string::npos) << file.path();
        EXPECT_EQ(content.find(as_text(seal.view())), std::string::npos) << file.path();
        EXPECT_EQ(
            file.status().permissions() & (fs::perms::group_all | fs::perms::others_all),
            fs::perms::none
        ) << file.path();
    }
}

TEST_F(KeyStoreTest, SaysWhatIsWrongWithTheKeyFile) {
    ASSERT_TRUE(open());
    auto other = KeyStore::open(keys_, {folder_ / "other.key", ""});
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().kind(), ErrorKind::NotFound);
    EXPECT_FALSE(fs::exists(folder_ / "other.key")) << "made a new key for an old keystore";
    ASSERT_TRUE(write_file_atomic(folder_ / "other.key", Bytes(32, 1), 0600));
    auto wrong = KeyStore::open(keys_, {folder_ / "other.key", ""});
    EXPECT_EQ(wrong.error().kind(), ErrorKind::Forbidden);
    ASSERT_TRUE(write_file_atomic(folder_ / "other.key", Bytes(32, 1), 0644));
    auto readable = KeyStore::open(keys_, {folder_ / "other.key", ""});
    EXPECT_NE(readable.error().next_step().find("chmod 600"), std::string::npos);
    ASSERT_TRUE(write_file_atomic(folder_ / "other.key", Bytes(31, 1), 0600));
    EXPECT_EQ(
        KeyStore::open(keys_, {folder_ / "other.key", ""}).error().kind(), ErrorKind::Corrupt
    );
    EXPECT_FALSE(KeyStore::open(keys_, {"", "passphrase"}));
    EXPECT_FALSE(KeyStore::open(keys_, {"", ""}));
    EXPECT_FALSE(KeyStore::open(keys_, {unlock_.key_file, "both"}));
    EXPECT_TRUE(open());
}

TEST_F(KeyStoreTest, OpensWithThePassphraseItWasMadeWith) {
    std::string id;
    {
        auto store = KeyStore::open(keys_, {"", "correct horse"}).value();
        id = store->camera_day(kGate, kDay).value().id;
    }
    auto wrong = KeyStore::open(keys_, {"", "correct horsf"});
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().kind(), ErrorKind::Forbidden);
    EXPECT_NE(wrong.error().message().find("passphrase"), std::string::npos);
    EXPECT_TRUE(KeyStore::open(keys_, {"", "correct horse"}).value()->find(id));
}

TEST_F(KeyStoreTest, IsOpenInOneProcessOnly) {
    auto store = open().value();
    EXPECT_EQ(open().error().kind(), ErrorKind::Conflict);
}

TEST_F(KeyStoreTest, NoticesEveryFlippedBitAndTruncation) {
    { ASSERT_TRUE(open().value()->camera_day(kGate, kDay)); }
    for (auto name : {"keystore", "epoch-1.key"}) {
        auto good = read_file(keys_ / name).value();
        for (std::size_t bit = 0; bit < good.size() * 8; bit += 5) {
            auto bad = good;
            bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
            ASSERT_TRUE(write_file_atomic(keys_ / name, as_bytes(bad)));
            auto opened = open();
            ASSERT_FALSE(opened) << name << " bit " << bit;
            ASSERT_EQ(opened.error().kind(), ErrorKind::Corrupt);
        }
        for (auto size : {std::size_t{0}, std::size_t{5}, good.size() - 1}) {
            ASSERT_TRUE(write_file_atomic(keys_ / name, as_bytes(good).first(size)));
            ASSERT_FALSE(open()) << name << " cut at " << size;
        }
        ASSERT_TRUE(write_file_atomic(keys_ / name, as_bytes(good)));
    }
    EXPECT_TRUE(open());
}

TEST_F(KeyStoreTest, SurvivesATornWrite) {
    { ASSERT_TRUE(open().value()->camera_day(kGate, kDay)); }
    ASSERT_TRUE(write_file_atomic(keys_ / "keystore.new-0badf00d", as_bytes("half a keyst")));
    EXPECT_EQ(open().value()->list().size(), 1U);
    EXPECT_FALSE(fs::exists(keys_ / "keystore.new-0badf00d"));
}

TEST_F(KeyStoreTest, ServesManyThreadsAtOnce) {
    auto store = open().value();
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&, thread] {
            for (int i = 0; i < 10; ++i) {
                auto key = store->camera_day(kGate, kDay + std::chrono::days(i)).value();
                ASSERT_EQ(bytes_of(store->find(key.id).value()), bytes_of(key));
                ASSERT_TRUE(store->server_secret("s" + std::to_string(thread), 32));
            }
        });
    }
    threads.clear();
    EXPECT_EQ(store->list().size(), 10U);
}

/// Asks for keys without end and writes the id of each into `out` once it has it.
[[noreturn]] void make_keys_forever(const fs::path& folder, const Unlock& unlock, int out) {
    auto store = KeyStore::open(folder, unlock);
    if (!store) _exit(2);
    for (int i = 0;; ++i) {
        auto camera = CameraId::literal("c" + std::to_string(i));
        auto key = store.value()->camera_day(camera, kDay);
        if (!key || !write_all(out, as_bytes(key->id + "\n"))) _exit(3);
    }
}

TEST_F(KeyStoreTest, LosesNoKeyItHandedOutWhenItIsKilled) {
    { ASSERT_TRUE(open()); }
    std::size_t handed_out = 0;
    for (int kill_number = 0; kill_number < 10; ++kill_number) {
        std::array<int, 2> ends{};
        ASSERT_EQ(pipe(ends.data()), 0);
        auto child = fork();
        if (child == 0) make_keys_forever(keys_, unlock_, ends[1]);
        UniqueFd in(ends[0]);
        ::close(ends[1]);
        std::string ids;
        std::array<char, 4096> chunk{};
        while (std::count(ids.begin(), ids.end(), '\n') < 5 + kill_number) {
            auto got = ::read(in.get(), chunk.data(), chunk.size());
            ASSERT_GT(got, 0);
            ids.append(chunk.data(), static_cast<std::size_t>(got));
        }
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        for (auto got = ::read(in.get(), chunk.data(), chunk.size()); got > 0;
             got = ::read(in.get(), chunk.data(), chunk.size())) {
            ids.append(chunk.data(), static_cast<std::size_t>(got));
        }
        auto store = open().value();
        for (std::size_t at = 0, end = 0; (end = ids.find('\n', at)) != std::string::npos;
             at = end + 1) {
            ASSERT_TRUE(store->find(ids.substr(at, end - at)));
            ++handed_out;
        }
    }
    EXPECT_GE(handed_out, 95U);
}

}  // namespace
}  // namespace proviso::keys
