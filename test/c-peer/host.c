#define _POSIX_C_SOURCE 200809L

#include "host.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define MAXIMUM_SAMPLES 10000

ENetHost *host;
bool echoing;

/* ---- Contents -------------------------------------------------------------------------------------- */

/* xorshift32, the low byte of each state. The seed is spread first, so that neighbours differ at once. */
void fill(enet_uint8 *bytes, size_t length, uint32_t seed) {
  uint32_t state = seed * UINT32_C(2654435761);
  if (state == 0)
    state = 1;
  for (size_t i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    bytes[i] = (enet_uint8)state;
  }
}

static uint32_t hash(const enet_uint8 *bytes, size_t length) {
  uint32_t value = UINT32_C(2166136261);
  for (size_t i = 0; i < length; i++)
    value = (value ^ bytes[i]) * UINT32_C(16777619);
  return value;
}

/* ---- Kinds of delivery ----------------------------------------------------------------------------- */

static const struct {
  const char *name;
  enet_uint32 flags;
} kinds[] = {
  {"reliable", ENET_PACKET_FLAG_RELIABLE},
  {"unreliable", 0},
  {"unsequenced", ENET_PACKET_FLAG_UNSEQUENCED},
  {"unreliable-fragment", ENET_PACKET_FLAG_UNRELIABLE_FRAGMENT},
};
#define KIND_COUNT (sizeof kinds / sizeof kinds[0])
#define KIND_FLAGS \
  (ENET_PACKET_FLAG_RELIABLE | ENET_PACKET_FLAG_UNSEQUENCED | ENET_PACKET_FLAG_UNRELIABLE_FRAGMENT)

bool parse_kind(const char *name, enet_uint32 *flags) {
  for (size_t i = 0; i < KIND_COUNT; i++) {
    if (strcmp(kinds[i].name, name) == 0) {
      *flags = kinds[i].flags;
      return true;
    }
  }
  return false;
}

static const char *kind_name(enet_uint32 flags) {
  for (size_t i = 0; i < KIND_COUNT; i++) {
    if (kinds[i].flags == (flags & KIND_FLAGS))
      return kinds[i].name;
  }
  return "mixed";
}

/* ---- Events ---------------------------------------------------------------------------------------- */

int index_of(const ENetPeer *peer) {
  return (int)(peer - host->peers);
}

bool queue(ENetPeer *peer, enet_uint8 channel, ENetPacket *packet) {
  if (packet == NULL)
    return false;
  if (enet_peer_send(peer, channel, packet) == 0)
    return true;
  enet_packet_destroy(packet);
  return false;
}

static void on_event(const ENetEvent *event) {
  int peer = index_of(event->peer);
  ENetPacket *packet = event->packet;
  switch (event->type) {
    case ENET_EVENT_TYPE_CONNECT:
      printf("connected %d %zu %" PRIu32 "\n", peer, event->peer->channelCount, event->data);
      break;
    case ENET_EVENT_TYPE_DISCONNECT:
      printf("disconnected %d %" PRIu32 "\n", peer, event->data);
      break;
    case ENET_EVENT_TYPE_RECEIVE:
      if (echoing)
        queue(event->peer, event->channelID,
              enet_packet_create(packet->data, packet->dataLength, packet->flags & KIND_FLAGS));
      else
        printf("received %d %u %s %zu %08" PRIx32 "\n", peer, event->channelID, kind_name(packet->flags),
               packet->dataLength, hash(packet->data, packet->dataLength));
      enet_packet_destroy(packet);
      break;
    case ENET_EVENT_TYPE_NONE:
      break;
  }
}

void serve(void) {
  ENetEvent event;
  while (enet_host_service(host, &event, 0) > 0)
    on_event(&event);
}

/* ---- Round trips ----------------------------------------------------------------------------------- */

static double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

bool measure(ENetPeer *peer, enet_uint8 channel, size_t size, int count, double minimum, double maximum,
             uint32_t seed) {
  static double samples[MAXIMUM_SAMPLES];
  enet_uint8 gaps[MAXIMUM_SAMPLES];
  ENetPacket *packet;
  ENetEvent event;
  int measured = 0;

  if (count < 1 || count > MAXIMUM_SAMPLES)
    return false;
  fill(gaps, (size_t)count, seed);
  while (measured < count) {
    double sent = now_ms();
    double next = sent + minimum + (maximum - minimum) * gaps[measured] / 255.0;
    bool answered = false;

    packet = enet_packet_create(NULL, size, ENET_PACKET_FLAG_RELIABLE);
    if (packet == NULL)
      return false;
    fill(packet->data, size, seed + (uint32_t)measured);
    sent = now_ms();
    if (!queue(peer, channel, packet))
      return false;
    for (double now = sent; now < next || !answered; now = now_ms()) {
      enet_uint32 wait = now < next ? (enet_uint32)(next - now) + 1 : 1;
      if (enet_host_service(host, &event, wait) <= 0)
        continue;
      if (event.type == ENET_EVENT_TYPE_RECEIVE) {
        samples[measured] = now_ms() - sent;
        answered = true;
        enet_packet_destroy(event.packet);
      } else if (event.type == ENET_EVENT_TYPE_DISCONNECT) {
        on_event(&event);
        return false;
      }
    }
    measured++;
  }
  printf("ok");
  for (int i = 0; i < measured; i++)
    printf(" %.4f", samples[i]);
  printf("\n");
  return true;
}
