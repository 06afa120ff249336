#pragma once

#include <memory>

#include <gtest/gtest.h>

#include <proviso/ledger/hooked_ledger.h>
#include <proviso/registers/registers.h>
#include <proviso/store/test_database.h>

namespace proviso::registers {

using namespace std::chrono_literals;

inline const char* const kSite = R"(
kind: site
name: berlin
title: Parkhaus Mitte
jurisdictions: [DE, DE-BE]
sector: car_park
capacity: 120
timezone: Europe/Berlin
storage_country: DE
controller: {name: Parkhaus GmbH, kind: private, country: DE, exempt: []}
)";

inline const char* const kPurpose = R"(
kind: purpose
name: security
code: property_protection
basis: legitimate_interests
text: |
  Protect parked cars.
  Three break-ins in 2026.
)";

inline const char* const kCamera = R"(
kind: camera
name: gate-1
site: berlin
title: Einfahrt
purpose: security
main: {url: "rtsp://10.0.0.5/main"}
sub: {url: "rtsp://10.0.0.5/sub", transport: udp}
user: viewer
password: "correct horse"
space: {kind: public_premises, entrances: 2, staff_present: true, overlooks: [street]}
subjects: [public, staff]
audio: false
masks: [street]
footage_days: 3
)";

inline const char* const kRecord = R"(
kind: record
name: sign-2026
record: notice
site: berlin
valid_from: 2026-01-01
valid_until: 2027-06-01
entrances: 2
covers: 0.85
text: Two signs
)";

inline std::string all_documents() {
    return std::string(kSite) + "---" + kPurpose + "---" + kCamera + "---" + kRecord;
}

class RegistersTest : public store::EngineTest {
protected:
    void SetUp() override {
        EngineTest::SetUp();
        if (IsSkipped()) return;
        open();
    }

    void open() {
        auto opened = Registers::open(
            database(),
            ledger_,
            clock_,
            [this](const CameraId& camera, std::string_view password) -> Result<std::string> {
                if (!sealing_works_) return Error(ErrorKind::Unavailable, "no key");
                ++sealed_;
                return "sealed-" + camera.text() + "-" + std::to_string(password.size()) + "-" +
                       std::to_string(sealed_);
            }
        );
        ASSERT_TRUE(opened) << opened.error().story();
        registers_ = std::move(opened).value();
    }

    void restart() {
        registers_.reset();
        test_database().reopen();
        open();
    }

    Registers& registers() { return *registers_; }

    Result<std::vector<Change>> apply(std::string_view yaml, bool dry_run = false) {
        return registers_->apply(yaml, author_, dry_run);
    }

    void apply_all() {
        auto applied = apply(all_documents());
        ASSERT_TRUE(applied) << applied.error().story() << " " << applied.error().next_step();
    }

    /// What happened to each document, in order.
    static std::vector<std::string> whats(const Result<std::vector<Change>>& changes) {
        std::vector<std::string> found;
        if (!changes) return {changes.error().story()};
        for (const auto& change : *changes) found.push_back(change.what);
        return found;
    }

    Json entry(std::uint64_t index) {
        auto read = ledger_.read(index, 1);
        if (!read || read->empty()) return nullptr;
        auto body = read->front().entry.body;
        body["type"] = read->front().entry.type;
        return body;
    }

    FakeClock clock_{*parse_timestamp("2026-11-22T12:00:00Z")};
    ledger::HookedLedger ledger_{clock_};
    Author author_{UserId::literal("u-0123456789abcdef"), "because"};
    bool sealing_works_ = true;
    int sealed_ = 0;

private:
    std::unique_ptr<Registers> registers_;
};

}  // namespace proviso::registers
