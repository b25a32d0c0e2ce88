/* A host of the ENet C library: what it sends, and what it tells on stdout of what happens to it. */
#ifndef HOST_H
#define HOST_H

#include <enet/enet.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NULL until it is opened. */
extern ENetHost *host;
/* Whether what arrives is returned instead of told. */
extern bool echoing;

/* Pseudo-random contents, the same for the same seed. */
void fill(enet_uint8 *bytes, size_t length, uint32_t seed);

/* The packet flags of a kind of delivery; false if there is no such kind. */
bool parse_kind(const char *name, enet_uint32 *flags);

int index_of(const ENetPeer *peer);

/* Sends a packet, taking it over; false, and the packet is gone, if it could not be queued. */
bool queue(ENetPeer *peer, enet_uint8 channel, ENetPacket *packet);

/* Reads, sends and tells all that is there. */
void serve(void);

/* Round trips of `count` reliable messages, `minimum` to `maximum` ms apart, told as one "ok" line; or false. */
bool measure(ENetPeer *peer, enet_uint8 channel, size_t size, int count, double minimum, double maximum,
             uint32_t seed);

#endif
