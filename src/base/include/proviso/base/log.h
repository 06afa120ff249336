#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace proviso {

enum class LogLevel { Debug, Info, Warning, Error };

/// Writes one line to standard error: time, level, thread name, message. Thread-safe.
/// Never pass personal data, credentials or key bytes: ids and counts only.
void log_line(LogLevel level, std::string_view message);

/// Lines under `level` are not written. The default is Info.
void set_log_level(LogLevel level);

template <class... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::Info, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::Warning, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
    log_line(LogLevel::Error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace proviso
