#pragma once

#include <gtest/gtest.h>

#include <proviso/law/gate.h>
#include <proviso/ledger/memory_ledger.h>
#include <proviso/record/test_house.h>

namespace proviso::live {

/// A gate that permits viewing camera "gate" while its notice is on record.
struct TestLaw {
    FakeClock clock{*parse_timestamp("2026-06-01T12:00:00Z")};
    record::TestRegisters registers;
    std::unique_ptr<ledger::Ledger> ledger = ledger::make_memory_ledger(clock);
    record::TestClearances clearances;
    law::Gate gate{
        record::test_packs(),
        registers,
        *ledger,
        clock,
        {std::chrono::minutes(5), "", &clearances}};

    TestLaw() { registers.add_camera(CameraId::literal("gate")); }

    std::shared_ptr<law::Permit<law::View>> permit(bool clear = true) {
        auto answer =
            gate.ask(law::View{CameraId::literal("gate"), UserId::literal("u-1"), true, clear});
        EXPECT_TRUE(answer.has_value());
        return std::make_shared<law::Permit<law::View>>(
            std::get<law::Permit<law::View>>(*std::move(answer))
        );
    }
};

}  // namespace proviso::live
