#pragma once

#include <vector>

#include <soci/soci.h>

#include <proviso/catalog/catalog.h>

namespace proviso::catalog {

Result<> check_gap(const Gap& gap);

void insert_finished_gap(soci::session& session, long long stream, const Gap& gap);
void open_gap_in(soci::session& session, long long stream, const Gap& gap);
void close_gap_in(
    soci::session& session, long long stream, Timestamp at, std::optional<std::uint64_t> leaf
);
std::vector<Gap> select_gaps(
    soci::session& session, long long stream, Timestamp from, Timestamp to
);

}  // namespace proviso::catalog
