#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <proviso/base/log.h>

namespace proviso {

namespace {

spdlog::logger& logger() {
    static spdlog::logger log("proviso", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    static const bool shaped = [] {
        log.set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
        return true;
    }();
    static_cast<void>(shaped);
    return log;
}

spdlog::level::level_enum to_spdlog(LogLevel level) {
    switch (level) {
        case LogLevel::Debug: return spdlog::level::debug;
        case LogLevel::Info: return spdlog::level::info;
        case LogLevel::Warning: return spdlog::level::warn;
        case LogLevel::Error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

}  // namespace

void log_line(LogLevel level, std::string_view message) { logger().log(to_spdlog(level), message); }

void set_log_level(LogLevel level) { logger().set_level(to_spdlog(level)); }

}  // namespace proviso
