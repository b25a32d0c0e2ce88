/* Prints the kernel's GPIO interface as the C compiler sees it, as JSON, for uapi.test.ts to compare with. */
#include <linux/gpio.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static void hex(const char *key, const void *data, size_t size, const char *end)
{
	const unsigned char *bytes = data;
	printf("\"%s\": \"", key);
	for (size_t i = 0; i < size; i++)
		printf("%02x", bytes[i]);
	printf("\"%s", end);
}

static void attribute(struct gpio_v2_line_config *config, __u32 id, __u64 value)
{
	struct gpio_v2_line_config_attribute *entry = &config->attrs[config->num_attrs++];
	entry->attr.id = id;
	if (id == GPIO_V2_LINE_ATTR_ID_DEBOUNCE)
		entry->attr.debounce_period_us = (__u32)value;
	else
		entry->attr.values = value;
	entry->mask = 1;
}

int main(void)
{
	printf("{\"layout\": {");
	printf("\"chipInfo\": {\"size\": %zu, \"name\": %zu, \"label\": %zu, \"lines\": %zu},",
	       sizeof(struct gpiochip_info), offsetof(struct gpiochip_info, name),
	       offsetof(struct gpiochip_info, label), offsetof(struct gpiochip_info, lines));
	printf("\"lineInfo\": {\"size\": %zu, \"name\": %zu, \"consumer\": %zu, \"offset\": %zu,"
	       " \"attributeCount\": %zu, \"flags\": %zu, \"attributes\": %zu},",
	       sizeof(struct gpio_v2_line_info), offsetof(struct gpio_v2_line_info, name),
	       offsetof(struct gpio_v2_line_info, consumer), offsetof(struct gpio_v2_line_info, offset),
	       offsetof(struct gpio_v2_line_info, num_attrs), offsetof(struct gpio_v2_line_info, flags),
	       offsetof(struct gpio_v2_line_info, attrs));
	printf("\"attribute\": {\"size\": %zu, \"id\": %zu, \"value\": %zu},",
	       sizeof(struct gpio_v2_line_attribute), offsetof(struct gpio_v2_line_attribute, id),
	       offsetof(struct gpio_v2_line_attribute, values));
	printf("\"configAttribute\": {\"size\": %zu, \"attribute\": %zu, \"mask\": %zu},",
	       sizeof(struct gpio_v2_line_config_attribute),
	       offsetof(struct gpio_v2_line_config_attribute, attr),
	       offsetof(struct gpio_v2_line_config_attribute, mask));
	printf("\"lineConfig\": {\"size\": %zu, \"flags\": %zu, \"attributeCount\": %zu, \"attributes\": %zu},",
	       sizeof(struct gpio_v2_line_config), offsetof(struct gpio_v2_line_config, flags),
	       offsetof(struct gpio_v2_line_config, num_attrs), offsetof(struct gpio_v2_line_config, attrs));
	printf("\"lineRequest\": {\"size\": %zu, \"offsets\": %zu, \"consumer\": %zu, \"config\": %zu,"
	       " \"lineCount\": %zu, \"eventBufferSize\": %zu, \"fd\": %zu},",
	       sizeof(struct gpio_v2_line_request), offsetof(struct gpio_v2_line_request, offsets),
	       offsetof(struct gpio_v2_line_request, consumer), offsetof(struct gpio_v2_line_request, config),
	       offsetof(struct gpio_v2_line_request, num_lines),
	       offsetof(struct gpio_v2_line_request, event_buffer_size),
	       offsetof(struct gpio_v2_line_request, fd));
	printf("\"lineValues\": {\"size\": %zu, \"bits\": %zu, \"mask\": %zu},",
	       sizeof(struct gpio_v2_line_values), offsetof(struct gpio_v2_line_values, bits),
	       offsetof(struct gpio_v2_line_values, mask));
	printf("\"lineEvent\": {\"size\": %zu, \"timestamp\": %zu, \"id\": %zu, \"offset\": %zu,"
	       " \"sequence\": %zu, \"lineSequence\": %zu}},",
	       sizeof(struct gpio_v2_line_event), offsetof(struct gpio_v2_line_event, timestamp_ns),
	       offsetof(struct gpio_v2_line_event, id), offsetof(struct gpio_v2_line_event, offset),
	       offsetof(struct gpio_v2_line_event, seqno), offsetof(struct gpio_v2_line_event, line_seqno));

	printf("\"requests\": {\"getChipInfo\": %lu, \"getLineInfo\": %lu, \"getLine\": %lu, \"setConfig\": %lu,"
	       " \"getValues\": %lu, \"setValues\": %lu},",
	       (unsigned long)GPIO_GET_CHIPINFO_IOCTL, (unsigned long)GPIO_V2_GET_LINEINFO_IOCTL,
	       (unsigned long)GPIO_V2_GET_LINE_IOCTL, (unsigned long)GPIO_V2_LINE_SET_CONFIG_IOCTL,
	       (unsigned long)GPIO_V2_LINE_GET_VALUES_IOCTL, (unsigned long)GPIO_V2_LINE_SET_VALUES_IOCTL);

	printf("\"flags\": {\"used\": \"%llu\", \"activeLow\": \"%llu\", \"input\": \"%llu\", \"output\": \"%llu\","
	       " \"edgeRising\": \"%llu\", \"edgeFalling\": \"%llu\", \"biasPullUp\": \"%llu\","
	       " \"biasPullDown\": \"%llu\", \"biasDisabled\": \"%llu\"},",
	       (unsigned long long)GPIO_V2_LINE_FLAG_USED, (unsigned long long)GPIO_V2_LINE_FLAG_ACTIVE_LOW,
	       (unsigned long long)GPIO_V2_LINE_FLAG_INPUT, (unsigned long long)GPIO_V2_LINE_FLAG_OUTPUT,
	       (unsigned long long)GPIO_V2_LINE_FLAG_EDGE_RISING,
	       (unsigned long long)GPIO_V2_LINE_FLAG_EDGE_FALLING,
	       (unsigned long long)GPIO_V2_LINE_FLAG_BIAS_PULL_UP,
	       (unsigned long long)GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN,
	       (unsigned long long)GPIO_V2_LINE_FLAG_BIAS_DISABLED);
	printf("\"attributeIds\": {\"flags\": %d, \"outputValues\": %d, \"debounce\": %d},",
	       GPIO_V2_LINE_ATTR_ID_FLAGS, GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, GPIO_V2_LINE_ATTR_ID_DEBOUNCE);
	printf("\"eventIds\": {\"risingEdge\": %d, \"fallingEdge\": %d},", GPIO_V2_LINE_EVENT_RISING_EDGE,
	       GPIO_V2_LINE_EVENT_FALLING_EDGE);
	printf("\"eventBufferMax\": %d,", GPIO_V2_LINES_MAX * 16);

	/* Whole structures, as a C program would fill them in. */
	printf("\"bytes\": {");

	struct gpio_v2_line_request input = {0};
	input.offsets[0] = 27;
	strcpy(input.consumer, "allo-agent door");
	input.config.flags = GPIO_V2_LINE_FLAG_INPUT | GPIO_V2_LINE_FLAG_ACTIVE_LOW |
			     GPIO_V2_LINE_FLAG_EDGE_RISING | GPIO_V2_LINE_FLAG_EDGE_FALLING |
			     GPIO_V2_LINE_FLAG_BIAS_PULL_UP;
	attribute(&input.config, GPIO_V2_LINE_ATTR_ID_DEBOUNCE, 20000);
	input.num_lines = 1;
	input.event_buffer_size = 256;
	hex("inputRequest", &input, sizeof(input), ",");

	struct gpio_v2_line_request output = {0};
	output.offsets[0] = 17;
	memset(output.consumer, 'n', GPIO_MAX_NAME_SIZE - 1);
	output.config.flags = GPIO_V2_LINE_FLAG_OUTPUT;
	attribute(&output.config, GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, 1);
	output.num_lines = 1;
	hex("outputRequest", &output, sizeof(output), ",");

	struct gpio_v2_line_config config = {0};
	config.flags = GPIO_V2_LINE_FLAG_OUTPUT | GPIO_V2_LINE_FLAG_ACTIVE_LOW;
	attribute(&config, GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES, 0);
	hex("outputConfig", &config, sizeof(config), ",");

	struct gpio_v2_line_values on = {.bits = 1, .mask = 1}, off = {.bits = 0, .mask = 1};
	hex("valuesOn", &on, sizeof(on), ",");
	hex("valuesOff", &off, sizeof(off), ",");

	struct gpio_v2_line_info query = {.offset = 53};
	hex("lineInfoQuery", &query, sizeof(query), ",");

	/* And as the kernel would. */
	struct gpiochip_info chip = {.name = "gpiochip0", .label = "pinctrl-bcm2711", .lines = 58};
	hex("chipInfo", &chip, sizeof(chip), ",");

	struct gpio_v2_line_info info = {.name = "GPIO17", .offset = 17};
	memset(info.consumer, 'c', GPIO_MAX_NAME_SIZE);
	info.flags = GPIO_V2_LINE_FLAG_USED | GPIO_V2_LINE_FLAG_OUTPUT;
	hex("lineInfo", &info, sizeof(info), ",");

	struct gpio_v2_line_event event = {.timestamp_ns = 86400123456789ULL,
					   .id = GPIO_V2_LINE_EVENT_RISING_EDGE,
					   .offset = 27,
					   .seqno = 7,
					   .line_seqno = 4294967295U};
	hex("risingEvent", &event, sizeof(event), ",");
	event.id = GPIO_V2_LINE_EVENT_FALLING_EDGE;
	hex("fallingEvent", &event, sizeof(event), ",");

	input.fd = 41;
	hex("grantedRequest", &input, sizeof(input), "}}\n");
	return 0;
}
