/*
 * libopus as the C compiler of this machine sees it, for libopus.test.ts to compare with.
 *
 *   (no arguments)                                     its constants and sizes
 *   application bitrate complexity fec loss samples    stdin, frames of s16, as packets, and as heard with every fifth lost
 *
 * Prints JSON.
 */
#include <opus/opus.h>
#include <stdio.h>
#include <stdlib.h>

enum { LARGEST_PACKET = 1275, LONGEST_SOUND = 5760, MOST_PACKETS = 1000 };

static opus_int16 frame[LONGEST_SOUND], sound[LONGEST_SOUND];
static unsigned char packets[MOST_PACKETS][LARGEST_PACKET];
static int lengths[MOST_PACKETS];

static void hex(const void *data, size_t size)
{
	const unsigned char *bytes = data;
	for (size_t i = 0; i < size; i++)
		printf("%02x", bytes[i]);
}

static int checked(int result)
{
	if (result >= 0)
		return result;
	fprintf(stderr, "%s\n", opus_strerror(result));
	exit(1);
}

static void constants(void)
{
	printf("{\"request\": {\"bitrate\": %d, \"complexity\": %d, \"inbandFec\": %d, \"packetLossPerc\": %d, \"dtx\": %d},",
	       OPUS_SET_BITRATE_REQUEST, OPUS_SET_COMPLEXITY_REQUEST, OPUS_SET_INBAND_FEC_REQUEST,
	       OPUS_SET_PACKET_LOSS_PERC_REQUEST, OPUS_SET_DTX_REQUEST);
	printf("\"applications\": {\"voip\": %d, \"audio\": %d, \"lowdelay\": %d},", OPUS_APPLICATION_VOIP,
	       OPUS_APPLICATION_AUDIO, OPUS_APPLICATION_RESTRICTED_LOWDELAY);
	printf("\"encoderSize\": %d, \"decoderSize\": %d}", opus_encoder_get_size(1), opus_decoder_get_size(1));
}

static void hear(OpusDecoder *decoder, const unsigned char *packet, int length, int samples, int fec)
{
	hex(sound, sizeof *sound * checked(opus_decode(decoder, packet, length, sound, samples, fec)));
}

int main(int argc, char **argv)
{
	if (argc < 7) {
		constants();
		return 0;
	}
	int error, count = 0, samples = atoi(argv[6]);
	OpusEncoder *encoder = opus_encoder_create(48000, 1, atoi(argv[1]), &error);
	checked(error);
	checked(opus_encoder_ctl(encoder, OPUS_SET_BITRATE(atoi(argv[2]))));
	checked(opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(atoi(argv[3]))));
	checked(opus_encoder_ctl(encoder, OPUS_SET_INBAND_FEC(atoi(argv[4]))));
	checked(opus_encoder_ctl(encoder, OPUS_SET_PACKET_LOSS_PERC(atoi(argv[5]))));
	printf("{\"packets\": [");
	while (count < MOST_PACKETS && fread(frame, sizeof *frame, samples, stdin) == (size_t)samples) {
		lengths[count] = checked(opus_encode(encoder, frame, samples, packets[count], LARGEST_PACKET));
		printf(count ? ", \"" : "\"");
		hex(packets[count], lengths[count]);
		printf("\"");
		count++;
	}
	OpusDecoder *decoder = opus_decoder_create(48000, 1, &error);
	checked(error);
	printf("], \"sound\": \"");
	for (int n = 0; n + 1 < count; n++) {
		if (n % 10 == 9)
			hear(decoder, packets[n + 1], lengths[n + 1], samples, 1);
		else if (n % 10 == 4)
			hear(decoder, NULL, 0, samples, 0);
		else
			hear(decoder, packets[n], lengths[n], LONGEST_SOUND, 0);
	}
	printf("\"}");
	return 0;
}
