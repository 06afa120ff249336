#include "tables.h"

#include <soci/soci.h>

#include <proviso/crypto/encode.h>

#include "rows.h"

namespace proviso::recognise {

namespace {

const std::vector<store::Migration>& schema() {
    static const std::vector<store::Migration> steps = {
        {1,
         "CREATE TABLE face_galleries (\n"
         "    id TEXT PRIMARY KEY,\n"
         "    key_id TEXT NOT NULL,\n"
         "    document TEXT NOT NULL\n"
         ");\n"
         "CREATE TABLE face_people (\n"
         "    gallery TEXT NOT NULL REFERENCES face_galleries (id),\n"
         "    id TEXT NOT NULL,\n"
         "    key_id TEXT NOT NULL,\n"
         "    leaf BIGINT NOT NULL,\n"
         "    document TEXT NOT NULL,\n"
         "    sealed TEXT NOT NULL,\n"
         "    PRIMARY KEY (gallery, id)\n"
         ");\n"
         "CREATE TABLE face_matches (\n"
         "    id TEXT PRIMARY KEY,\n"
         "    gallery TEXT NOT NULL,\n"
         "    person TEXT NOT NULL,\n"
         "    camera TEXT NOT NULL,\n"
         "    track TEXT NOT NULL,\n"
         "    at_us BIGINT NOT NULL,\n"
         "    last_us BIGINT NOT NULL,\n"
         "    score DOUBLE PRECISION NOT NULL,\n"
         "    threshold DOUBLE PRECISION NOT NULL,\n"
         "    decision BIGINT NOT NULL,\n"
         "    state TEXT NOT NULL,\n"
         "    needed INTEGER NOT NULL,\n"
         "    first_by TEXT NOT NULL,\n"
         "    first_us BIGINT NOT NULL,\n"
         "    second_by TEXT NOT NULL,\n"
         "    second_us BIGINT NOT NULL,\n"
         "    leaf BIGINT NOT NULL\n"
         ");\n"
         "CREATE INDEX face_matches_by_time ON face_matches (at_us);\n"
         "CREATE INDEX face_matches_by_person ON face_matches (gallery, person);\n"
         "CREATE TABLE face_looks (\n"
         "    gallery TEXT NOT NULL,\n"
         "    camera TEXT NOT NULL,\n"
         "    day BIGINT NOT NULL,\n"
         "    looks BIGINT NOT NULL,\n"
         "    faces BIGINT NOT NULL,\n"
         "    below BIGINT NOT NULL,\n"
         "    proposed BIGINT NOT NULL,\n"
         "    first_us BIGINT NOT NULL,\n"
         "    PRIMARY KEY (gallery, camera, day)\n"
         ");\n",
         ""}};
    return steps;
}

long long number_of(Day day) { return day.time_since_epoch().count(); }

std::vector<std::uint64_t> select_leaves(soci::statement& statement, long long& leaf) {
    std::vector<std::uint64_t> leaves;
    statement.execute(false);
    while (statement.fetch()) leaves.push_back(static_cast<std::uint64_t>(leaf));
    return leaves;
}

}  // namespace

Result<> Tables::prepare() { return database_.migrate("recognise", schema()); }

Result<std::vector<StoredGallery>> Tables::galleries() const {
    std::vector<StoredGallery> all;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        std::string key_id;
        std::string document;
        soci::statement statement =
            (session.prepare << "SELECT key_id, document FROM face_galleries ORDER BY id",
             soci::into(key_id),
             soci::into(document));
        statement.execute(false);
        while (statement.fetch()) {
            auto gallery = PROVISO_TRY(read_gallery(PROVISO_TRY(parse_json(document))));
            all.push_back({std::move(gallery), key_id});
        }
        return {};
    }));
    return all;
}

Result<> Tables::put(const StoredGallery& stored) {
    return database_.write([&](soci::session& session) -> Result<> {
        auto document = to_json(stored.gallery).dump();
        session << "INSERT INTO face_galleries (id, key_id, document) "
                   "VALUES (:id, :key_id, :document) "
                   "ON CONFLICT (id) DO UPDATE SET document = excluded.document",
            soci::use(stored.gallery.terms.id.text(), "id"), soci::use(stored.key_id, "key_id"),
            soci::use(document, "document");
        return {};
    });
}

Result<> Tables::remove_gallery(const GalleryId& id) {
    return database_.write([&](soci::session& session) -> Result<> {
        for (const auto* table : {"face_matches", "face_looks", "face_people"}) {
            session << "DELETE FROM " << table << " WHERE gallery = :gallery",
                soci::use(id.text(), "gallery");
        }
        session << "DELETE FROM face_galleries WHERE id = :id", soci::use(id.text(), "id");
        return {};
    });
}

Result<std::vector<StoredPerson>> Tables::people(const std::optional<GalleryId>& gallery) const {
    std::vector<StoredPerson> all;
    auto wanted = gallery ? gallery->text() : std::string();
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        std::string in;
        std::string key_id;
        std::string document;
        std::string sealed;
        long long leaf = 0;
        soci::statement statement =
            (session.prepare << "SELECT gallery, key_id, leaf, document, sealed FROM face_people "
                                "WHERE :wanted = '' OR gallery = :wanted2 ORDER BY gallery, id",
             soci::use(wanted, "wanted"),
             soci::use(wanted, "wanted2"),
             soci::into(in),
             soci::into(key_id),
             soci::into(leaf),
             soci::into(document),
             soci::into(sealed));
        statement.execute(false);
        while (statement.fetch()) {
            StoredPerson stored;
            stored.gallery = PROVISO_TRY(GalleryId::parse(in));
            stored.person = PROVISO_TRY(read_person(PROVISO_TRY(parse_json(document))));
            stored.key_id = key_id;
            stored.leaf = static_cast<std::uint64_t>(leaf);
            // Damage is told when it does not open.
            if (auto bytes = crypto::from_base64(sealed)) stored.sealed = *std::move(bytes);
            all.push_back(std::move(stored));
        }
        return {};
    }));
    return all;
}

Result<> Tables::put(const StoredPerson& stored) {
    return database_.write([&](soci::session& session) -> Result<> {
        auto document = bare_json(stored.person).dump();
        auto sealed = crypto::to_base64(stored.sealed);
        auto leaf = static_cast<long long>(stored.leaf);
        session << "INSERT INTO face_people (gallery, id, key_id, leaf, document, sealed) "
                   "VALUES (:gallery, :id, :key_id, :leaf, :document, :sealed)",
            soci::use(stored.gallery.text(), "gallery"), soci::use(stored.person.id.text(), "id"),
            soci::use(stored.key_id, "key_id"), soci::use(leaf, "leaf"),
            soci::use(document, "document"), soci::use(sealed, "sealed");
        return {};
    });
}

Result<> Tables::update(const GalleryId& gallery, const Person& person) {
    return database_.write([&](soci::session& session) -> Result<> {
        auto document = bare_json(person).dump();
        session << "UPDATE face_people SET document = :document "
                   "WHERE gallery = :gallery AND id = :id",
            soci::use(document, "document"), soci::use(gallery.text(), "gallery"),
            soci::use(person.id.text(), "id");
        return {};
    });
}

Result<std::vector<std::uint64_t>> Tables::remove_person(
    const GalleryId& gallery, const PersonId& person
) {
    std::vector<std::uint64_t> leaves;
    PROVISO_TRY(database_.write([&](soci::session& session) -> Result<> {
        long long leaf = 0;
        soci::statement statement =
            (session.prepare
                 << "SELECT leaf FROM face_matches WHERE gallery = :gallery AND person = :person",
             soci::use(gallery.text(), "gallery"),
             soci::use(person.text(), "person"),
             soci::into(leaf));
        leaves = select_leaves(statement, leaf);
        session << "DELETE FROM face_matches WHERE gallery = :gallery AND person = :person",
            soci::use(gallery.text(), "gallery"), soci::use(person.text(), "person");
        session << "DELETE FROM face_people WHERE gallery = :gallery AND id = :person",
            soci::use(gallery.text(), "gallery"), soci::use(person.text(), "person");
        return {};
    }));
    return leaves;
}

Result<> Tables::add(const std::map<LooksKey, Looks>& counts) {
    return database_.write([&](soci::session& session) -> Result<> {
        for (const auto& [key, looks] : counts) {
            auto day = number_of(key.day);
            auto first = count_of(looks.first);
            long long seen = looks.looks;
            long long faces = looks.faces;
            long long below = looks.below;
            long long proposed = looks.proposed;
            session << "INSERT INTO face_looks "
                       "(gallery, camera, day, looks, faces, below, proposed, first_us) VALUES "
                       "(:gallery, :camera, :day, :looks, :faces, :below, :proposed, :first) "
                       "ON CONFLICT (gallery, camera, day) DO UPDATE SET "
                       "looks = face_looks.looks + excluded.looks, "
                       "faces = face_looks.faces + excluded.faces, "
                       "below = face_looks.below + excluded.below, "
                       "proposed = face_looks.proposed + excluded.proposed",
                soci::use(key.gallery.text(), "gallery"), soci::use(key.camera.text(), "camera"),
                soci::use(day, "day"), soci::use(seen, "looks"), soci::use(faces, "faces"),
                soci::use(below, "below"), soci::use(proposed, "proposed"),
                soci::use(first, "first");
        }
        return {};
    });
}

Result<Looks> Tables::looks(const GalleryId& gallery, Day since) const {
    Looks sum;
    PROVISO_TRY(database_.read([&](soci::session& session) -> Result<> {
        auto day = number_of(since);
        long long looks = 0;
        long long faces = 0;
        long long below = 0;
        long long proposed = 0;
        long long first = 0;
        soci::statement statement =
            (session.prepare << "SELECT looks, faces, below, proposed, first_us FROM face_looks "
                                "WHERE gallery = :gallery AND day >= :day",
             soci::use(gallery.text(), "gallery"),
             soci::use(day, "day"),
             soci::into(looks),
             soci::into(faces),
             soci::into(below),
             soci::into(proposed),
             soci::into(first));
        statement.execute(false);
        while (statement.fetch()) {
            auto at = time_of(first);
            if (sum.looks + sum.below == 0 || at < sum.first) sum.first = at;
            sum.looks += looks;
            sum.faces += faces;
            sum.below += below;
            sum.proposed += proposed;
        }
        return {};
    }));
    return sum;
}

Result<> Tables::drop_looks(Day before) {
    return database_.write([&](soci::session& session) -> Result<> {
        auto day = number_of(before);
        session << "DELETE FROM face_looks WHERE day < :day", soci::use(day, "day");
        return {};
    });
}

}  // namespace proviso::recognise
