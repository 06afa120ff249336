#pragma once

#include <array>
#include <span>
#include <string_view>

#include <proviso/base/time.h>
#include <proviso/proof/bundle.h>

namespace proviso::proof {

/// The members of a bundle, in their order.
enum class Member : std::uint8_t { Clip, Manifest, Evidence, Checkpoint, Readme };

inline constexpr std::size_t kMembers = 5;

std::string_view name_of(Member member);

using MemberViews = std::array<ByteView, kMembers>;

/// Where the five members are, going only by the sizes in their headers; nothing else of the
/// headers is looked at. Corrupt if they do not fit into the file.
Result<MemberViews> find_members(ByteView file);

/// Corrupt, naming the place, unless every byte of `file` around the members is as it would be
/// written.
Result<> check_container(ByteView file, const MemberViews& members, Timestamp exported_at);

std::string_view readme_text(bool masked);

}  // namespace proviso::proof
