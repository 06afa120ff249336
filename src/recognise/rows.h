#pragma once

#include <proviso/base/document.h>
#include <proviso/recognise/gallery.h>

namespace proviso::recognise {

inline long long count_of(Timestamp at) { return at.time_since_epoch().count(); }

inline Timestamp time_of(long long us) { return Timestamp(microseconds(us)); }

/// What to_json(Gallery) wrote; state and number of people are left to be worked out.
Result<Gallery> read_gallery(const Json& json);

/// As to_json(Person), without label, reason and state.
Json bare_json(const Person& person);
Result<Person> read_person(const Json& json);

}  // namespace proviso::recognise
