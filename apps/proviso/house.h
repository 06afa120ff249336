#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <proviso/base/time.h>
#include <proviso/base/unique_fd.h>
#include <proviso/catalog/catalog.h>
#include <proviso/identity/approvals.h>
#include <proviso/identity/identity.h>
#include <proviso/keys/key_store.h>
#include <proviso/law/calendar_link.h>
#include <proviso/law/counsel.h>
#include <proviso/law/gate.h>
#include <proviso/law/lifts.h>
#include <proviso/law/pack_shelf.h>
#include <proviso/ledger/ledger.h>
#include <proviso/recognise/recogniser.h>
#include <proviso/registers/registers.h>
#include <proviso/store/database.h>

#include "config.h"

namespace proviso::app {

/// The rooms that hold what is known: everything but cameras, pictures and the web. Each is built
/// from those above it, in order. One process at a time owns a data folder.
struct House {
    Config config;
    SystemClock clock;
    UniqueFd lock;
    std::unique_ptr<keys::KeyStore> keys;
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<store::Database> database;
    std::unique_ptr<registers::Registers> registers;
    std::unique_ptr<identity::Identity> identity;
    std::unique_ptr<identity::Approvals> approvals;
    std::unique_ptr<law::Lifts> lifts;
    std::unique_ptr<catalog::Catalog> catalog;
    std::unique_ptr<law::PackShelf> shelf;
    std::unique_ptr<law::Counsel> counsel;
    std::unique_ptr<law::CalendarLink> calendar;
    std::unique_ptr<recognise::Recogniser> recogniser;
    std::unique_ptr<law::Gate> gate;

    /// Conflict if another process (a running server) owns the data folder.
    static Result<std::unique_ptr<House>> open(Config config);
};

}  // namespace proviso::app
