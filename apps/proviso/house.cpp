#include "house.h"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <proviso/base/file.h>
#include <proviso/crypto/encode.h>
#include <proviso/ledger/tile_ledger.h>

#include "recognition.h"
#include "shipped_packs.h"

namespace proviso::app {

namespace {

Result<UniqueFd> own_data_folder(const std::filesystem::path& data) {
    PROVISO_TRY(make_folders(data, 0750));
    auto fd = PROVISO_TRY(open_file(data / "lock", O_RDWR | O_CREAT, 0640));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return errno_error("lock the data folder", errno);
        return Error(
            ErrorKind::Conflict,
            fmt::format("another process uses the data folder {}", data.string()),
            "stop the server first, or talk to it with --server"
        );
    }
    return fd;
}

Result<keys::Unlock> unlock_from(const Config& config) {
    keys::Unlock unlock;
    if (config.keys.passphrase_file.empty()) {
        unlock.key_file =
            config.keys.file.empty() ? config.data / "keys" / "master.key" : config.keys.file;
        return unlock;
    }
    auto passphrase = PROVISO_TRY(read_file(config.keys.passphrase_file, 4096));
    while (!passphrase.empty() && (passphrase.back() == '\n' || passphrase.back() == '\r')) {
        passphrase.pop_back();
    }
    if (passphrase.empty()) {
        return invalid_input(
            fmt::format("{} holds no passphrase", config.keys.passphrase_file.string())
        );
    }
    unlock.passphrase = std::move(passphrase);
    return unlock;
}

Result<std::unique_ptr<ledger::Ledger>> open_ledger(
    const Config& config, keys::KeyStore& keys, const Clock& clock
) {
    auto seed = PROVISO_TRY(keys.server_secret("ledger.signing", 32));
    ledger::TileLedgerOptions options;
    options.folder = config.data / "ledger";
    options.origin = config.ledger_origin;
    options.signing_key = PROVISO_TRY(crypto::SigningKey::from_seed(seed.view()));
    options.payload_key = PROVISO_TRY(keys.server_secret("ledger.payload", 32));
    return ledger::open_tile_ledger(std::move(options), clock);
}

}  // namespace

Result<std::unique_ptr<House>> House::open(Config config) {
    auto house = std::make_unique<House>();
    house->config = std::move(config);
    const auto& settings = house->config;
    house->lock = PROVISO_TRY(own_data_folder(settings.data));

    auto unlock = PROVISO_TRY(unlock_from(settings));
    house->keys =
        PROVISO_TRY(keys::KeyStore::open(settings.data / "keys", unlock).while_doing("open keys"));
    house->ledger =
        PROVISO_TRY(open_ledger(settings, *house->keys, house->clock).while_doing("open ledger"));
    PROVISO_TRY(house->keys->attach_ledger(*house->ledger));

    house->database =
        PROVISO_TRY(store::Database::open(settings.database_url()).while_doing("open database"));
    auto& keys = *house->keys;
    house->registers = PROVISO_TRY(
        registers::Registers::open(
            *house->database,
            *house->ledger,
            house->clock,
            [&keys](const CameraId& camera, std::string_view password) -> Result<std::string> {
                auto sealed = PROVISO_TRY(keys.seal("camera/" + camera.text(), as_bytes(password)));
                return crypto::to_base64(sealed);
            }
        ).while_doing("open registers")
    );
    house->identity =
        PROVISO_TRY(identity::Identity::open(*house->database, *house->ledger, house->clock)
                        .while_doing("open identity"));
    house->approvals = PROVISO_TRY(
        identity::Approvals::open(*house->database, *house->ledger, house->clock, *house->identity)
            .while_doing("open approvals")
    );
    house->lifts = PROVISO_TRY(
        law::Lifts::open(*house->database, *house->ledger, house->clock).while_doing("open lifts")
    );
    house->catalog =
        PROVISO_TRY(catalog::Catalog::open(*house->database).while_doing("open catalog"));
    house->recogniser = PROVISO_TRY(open_recogniser(*house).while_doing("open galleries"));

    law::ShelfOptions shelf;
    shelf.shipped = settings.packs;
    shelf.shipped_digest = kShippedPacks;
    shelf.folder = settings.data / "packs";
    shelf.publishers = settings.law.publishers;
    house->shelf = PROVISO_TRY(law::PackShelf::open(std::move(shelf), *house->ledger, house->clock)
                                   .while_doing("load packs"));
    house->counsel = PROVISO_TRY(law::Counsel::open(*house->database, *house->ledger, house->clock)
                                     .while_doing("open the questions of law"));
    house->calendar =
        PROVISO_TRY(law::CalendarLink::open(*house->database, *house->ledger, house->clock)
                        .while_doing("open the link to the calendar"));
    law::GateOptions gate;
    gate.viewer_country = settings.viewer_country;
    gate.clearances = house->lifts.get();
    house->gate = std::make_unique<law::Gate>(
        house->shelf->packs().in_force,
        *house->registers,
        *house->ledger,
        house->clock,
        std::move(gate)
    );
    house->gate->set_packs(house->shelf->packs());
    return house;
}

}  // namespace proviso::app
