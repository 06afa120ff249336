#include "state.h"

namespace proviso::api {

State::State(Rooms given, bool is_tls, std::string token)
    : rooms(std::move(given)),
      tls(is_tls),
      metrics_token(std::move(token)),
      started(rooms.clock.now()) {}

Pool& State::pool(Lane lane) {
    switch (lane) {
        case Lane::Quick: return quick;
        case Lane::Password: return password;
        case Lane::Media: return media;
        case Lane::Patient: return patient;
    }
    return quick;
}

void State::stop() {
    for (auto* pool : {&quick, &password, &media, &patient}) pool->stop();
}

}  // namespace proviso::api
