#pragma once

#include <string>
#include <string_view>

#include <proviso/base/time.h>

namespace proviso::alerts {

/// The id of a review item or a tracked object, in the form Frigate users know: seconds since 1970
/// with the microseconds, a hyphen, six random of [a-z0-9]. Sorts by time.
std::string make_event_id(Timestamp at);

/// Whether it can be one; what is not is not looked up.
bool is_event_id(std::string_view text);

}  // namespace proviso::alerts
