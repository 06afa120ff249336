#pragma once

#include <string>
#include <string_view>

#include <proviso/base/result.h>

namespace proviso::identity {

/// InvalidInput with what to do unless people would need long to guess it: 12 to 128 characters,
/// not the login, not a common word with ornaments, not a run or a repetition.
Result<> check_password(std::string_view password, std::string_view login);

/// True for a word or a keyboard run that every list of leaked passwords has; lower case.
bool is_common_word(std::string_view word);

/// 20 letters and digits in groups, 100 bits, without those that look alike.
std::string make_one_time_password();

}  // namespace proviso::identity
