#pragma once

#include <proviso/law/lifts.h>

namespace proviso::law {

/// Lifts as rows.
class LiftTable {
public:
    explicit LiftTable(store::Database& database) : database_(database) {}

    Result<> prepare();
    /// New, or in the place of the row with the same id.
    Result<> put(const Lift& lift);
    Result<std::optional<Lift>> find(const std::string& id) const;
    /// Newest first, at most 200.
    Result<std::vector<Lift>> since(Timestamp from) const;
    Result<std::vector<Lift>> touching(Timestamp from, Timestamp to) const;
    Result<std::vector<Lift>> unended() const;
    Result<std::vector<Lift>> unreviewed() const;

private:
    Result<std::vector<Lift>> select(
        const std::string& where, long long first = 0, long long second = 0
    ) const;

    store::Database& database_;
};

}  // namespace proviso::law
