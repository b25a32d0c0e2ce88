/** What each error of the agent means and how it is mended. Printed, logged and documented from here. */
export const errors = {
  ALLO_E_ASSET_BUSY: {
    meaning: 'More parts of our assets are asked for at once than can be queued.',
    mend: 'Nothing if it is rare: whoever asked is told, and may ask again.',
  },
  ALLO_E_ASSET_CORRUPT: {
    meaning: 'What arrived is not the asset that was asked for: its hash is another.',
    mend: 'Try again later, or ask whoever offers it: the place or its source holds damaged bytes.',
  },
  ALLO_E_ASSET_ID: {
    meaning: 'This is not the id of an asset.',
    mend: 'An id is `asset:sha256:` and 64 lower-case hexadecimal digits.',
  },
  ALLO_E_ASSET_SOURCE: {
    meaning: 'What is offered as an asset cannot be read, is empty, or is not what it was.',
    mend: 'The message names it; offer a file again after changing it: other content is another asset.',
  },
  ALLO_E_ASSET_STORE: {
    meaning: 'An asset cannot be kept: the cache has no room for it, or cannot be written.',
    mend: 'The message has the reason; give the cache room, or a folder that may be written.',
  },
  ALLO_E_ASSET_TIMEOUT: {
    meaning: 'Nothing came of an asset that was asked for.',
    mend: 'Whoever offers it must be in the place: some places never answer when nobody has an asset.',
  },
  ALLO_E_ASSET_UNASKED: {
    meaning: 'Part of an asset arrived that nobody here waits for.',
    mend: 'Nothing: it is left out. Places repeat what several asked for.',
  },
  ALLO_E_ASSET_UNAVAILABLE: {
    meaning: 'The place says that nobody has the asset, or will not give it.',
    mend: 'The message has its reason; whoever offers the asset must be in the place.',
  },
  ALLO_E_ASSET_UNKNOWN: {
    meaning: 'An asset was asked of us, or is to be pushed, that we do not offer.',
    mend: 'Nothing: places ask everybody. To push an asset, offer it first.',
  },
  ALLO_E_ASSET_UNSUPPORTED: {
    meaning: 'The place knows no assets: its version of the protocol has none.',
    mend: 'Use a place of version 3 or newer.',
  },
  ALLO_E_AUDIO_FRAME: {
    meaning: 'An audio frame, or the gap that lost ones left, has a length that Opus does not take.',
    mend: 'This is a fault in allo-agent itself: report it with the log line.',
  },
  ALLO_E_AUDIO_LIBOPUS: {
    meaning: 'Native libopus refuses what it is asked, in the words of the reason.',
    mend: 'Nothing if it is rare: it costs a frame. Else install the libopus0 of your distribution anew, or remove it.',
  },
  ALLO_E_AUDIO_OPUS: {
    meaning: 'The libopus that is asked for cannot be loaded.',
    mend: 'Install it: `apt-get install libopus0`. WebAssembly serves meanwhile.',
  },
  ALLO_E_AUDIO_SETTING: {
    meaning: 'An Opus setting is out of range.',
    mend: 'The reason names the setting and its range.',
  },
  ALLO_E_CLOCK_NONE: {
    meaning: 'Places of this kind tell no time, so that nothing can be said of when it was.',
    mend: 'Read values as they are now, or observe them; newer places have a clock.',
  },
  ALLO_E_CLOCK_UNKNOWN: {
    meaning: "The place's time is not known yet.",
    mend: 'Ask again in a second: the clock is synchronised right after joining.',
  },
  ALLO_E_CONFIG: {
    meaning: 'The configuration cannot be used; every problem in it was listed.',
    mend: 'Mend what is listed; `allo-agent check` looks again without starting anything.',
  },
  ALLO_E_CONFIG_CONFLICT: {
    meaning: 'Two parts of the configuration contradict each other, or one has no meaning without another.',
    mend: 'Change one of the two as the message says; docs/outputs.md has the rules of outputs.',
  },
  ALLO_E_CONFIG_DUPLICATE: {
    meaning: 'Something that must be unique stands twice in the configuration: a key, or the id of a thing.',
    mend: 'Remove or rename one of the two.',
  },
  ALLO_E_CONFIG_FILE: {
    meaning: 'The configuration file is missing, or cannot be read as text.',
    mend: 'Write one (docs/configuration.md), or name another with --config FILE.',
  },
  ALLO_E_CONFIG_KEY: {
    meaning: 'The configuration has a key that means nothing there.',
    mend: 'Take the key that is suggested, or see docs/configuration.md for those there are.',
  },
  ALLO_E_CONFIG_KEY_FILE: {
    meaning: 'A file that should hold a key for `access` cannot be used, or there is none.',
    mend: 'Do what the message says; docs/access.md shows how keys are made, kept and changed.',
  },
  ALLO_E_CONFIG_MISSING: {
    meaning: 'The configuration lacks a key it must have.',
    mend: 'Add it; docs/configuration.md shows where.',
  },
  ALLO_E_CONFIG_SYNTAX: {
    meaning: 'The configuration file is not proper YAML.',
    mend: 'Mend the line that is named: spaces not tabs, a space after each colon, quotes closed.',
  },
  ALLO_E_CONFIG_VALUE: {
    meaning: 'A value in the configuration is not one that its key takes.',
    mend: 'Write what the message asks for; docs/configuration.md lists type and range of every key.',
  },
  ALLO_E_CONTROL_LOCKED: {
    meaning: 'Too many wrong proofs came within a minute: control by key is locked for another minute.',
    mend: 'Wait until the moment the message names; the log says which entities sent them. Reading goes on.',
  },
  ALLO_E_ENTITY_REFUSED: {
    meaning: 'The place did not take an entity, or a change of one.',
    mend: 'Nothing if it is rare: it is offered again after a while. Otherwise the place has the reason.',
  },
  ALLO_E_HANDLER_FAILED: {
    meaning: 'A part of the agent failed while it was told of something in the place.',
    mend: 'Report it with the log: the session goes on, but what that part does may be missing.',
  },
  ALLO_E_HISTORY_BUSY: {
    meaning: 'More is asked about the past at once than can be looked up.',
    mend: 'Ask again in a second, and one question at a time.',
  },
  ALLO_E_HISTORY_DAMAGED: {
    meaning: 'Part of the history on disk cannot be read: a power cut or a worn memory card damaged it.',
    mend: 'Nothing: the rest serves. If it comes again, change the memory card.',
  },
  ALLO_E_HISTORY_LOCKED: {
    meaning: 'Another allo-agent on this machine keeps its history in the same folder.',
    mend: 'End the other, or give each a folder of its own: set XDG_STATE_HOME. Readings are kept in memory meanwhile.',
  },
  ALLO_E_HISTORY_WRITE: {
    meaning: 'The history cannot be written: the disk is full, read-only or broken.',
    mend: 'Make room, or mend what the reason names. The newest readings are kept in memory, and written once it goes.',
  },
  ALLO_E_INTERACTION_UNHEARD: {
    meaning:
      'An interaction arrived that nobody here waits for: a late or forged answer, or an unknown message.',
    mend: 'Nothing if it is rare; a place that answers after 5 s is overloaded.',
  },
  ALLO_E_KEY_FILE: {
    meaning: 'The file that should hold the key to show cannot be used.',
    mend: 'The message says what is wrong with it; docs/access.md shows what a key file is.',
  },
  ALLO_E_NOT_JOINED: {
    meaning: 'The agent is not in the place at the moment, or left before the answer came.',
    mend: 'Ask again once it has joined; it rejoins by itself.',
  },
  ALLO_E_CLOCK_UNUSED: {
    meaning: "An answer of the place's clock is to no question, came twice or too late, or cannot be true.",
    mend: 'Nothing if it is rare: a network may repeat or delay packets.',
  },
  ALLO_E_OBSERVER_LIMIT: {
    meaning: 'A property has as many observers as it may have.',
    mend: 'Unobserve it somewhere else, or read it from time to time.',
  },
  ALLO_E_OUTPUT_BUSY: {
    meaning: 'The output is being switched, or is to go off and has not yet.',
    mend: 'Ask again in a second. If it stays so, its hardware does not do what it is told: the log has the reason.',
  },
  ALLO_E_OUTPUT_INTERLOCK: {
    meaning: 'Another output of the same interlock group is on, or nobody knows whether it is.',
    mend: 'Switch the one off that the message names, or mend what keeps it from being read; docs/outputs.md.',
  },
  ALLO_E_OUTPUT_LOST: {
    meaning: 'The line of the output cannot be had, so that it is not switched on.',
    mend: 'The message has the reason; `allo-agent check` looks at every device.',
  },
  ALLO_E_OUTPUT_MEMORY: {
    meaning: 'What has to be known of outputs after a restart cannot be kept, or could not be read.',
    mend: 'Make room, or mend what the reason names. Rules hold meanwhile; after a restart times count from the start.',
  },
  ALLO_E_OUTPUT_STOPPING: {
    meaning: 'The appliance is stopping and switches nothing any more.',
    mend: 'Ask again once it has been started.',
  },
  ALLO_E_OUTPUT_WAIT: {
    meaning: 'The output went off, or another of its interlock group was on, too short a time ago.',
    mend: 'Wait as long as the message says: `min_interval` and `interlock_wait` of the configuration ask for it.',
  },
  ALLO_E_PLACE_CHANNELS: {
    meaning: 'The place grants as many channels as no dialect that the agent knows.',
    mend: 'Check that place.url is that of an Alloverse place, and update allo-agent if the place is newer.',
  },
  ALLO_E_PLACE_CLOSED: {
    meaning: 'The place ended the connection.',
    mend: 'Nothing: places restart. The agent rejoins by itself.',
  },
  ALLO_E_PLACE_DIALECT: {
    meaning: 'The place does not speak the dialect it is configured with, or seemed to speak.',
    mend: 'Set place.dialect to `auto`, or to the dialect that the message names; with `auto`, nothing: the next connection knows better.',
  },
  ALLO_E_PLACE_EARLY: {
    meaning: 'The place sent more than is kept while the agent listens for its dialect.',
    mend: 'Nothing: state is asked for again, and the rest was meant for others.',
  },
  ALLO_E_PLACE_KICKED: {
    meaning: 'Somebody removed the agent from the place.',
    mend: 'Ask who keeps the place; the agent tries again with growing pauses.',
  },
  ALLO_E_PLACE_LOST: {
    meaning: 'The place is not heard any more.',
    mend: 'Check the network and that the place runs; the agent rejoins by itself.',
  },
  ALLO_E_PLACE_NAME: {
    meaning: 'The host name of the place has no address.',
    mend: 'Check the spelling of the URL and that the machine has a working DNS resolver.',
  },
  ALLO_E_PLACE_PORT: {
    meaning: 'The place cannot listen where it was told to.',
    mend: 'Choose a free UDP port, and an address that this machine has.',
  },
  ALLO_E_PLACE_REFUSED: {
    meaning: 'The place did not accept the agent.',
    mend: 'The message has the reason of the place; check place.url and place.dialect.',
  },
  ALLO_E_PLACE_SILENT: {
    meaning: 'The place took the connection but did not answer the announcement within 5 s.',
    mend: 'Check that place.dialect is the dialect of this place, and that the place is not overloaded.',
  },
  ALLO_E_PLACE_UNREACHABLE: {
    meaning: 'Nothing answers where the place should be.',
    mend: 'Check that the place runs, and that UDP on its port is let through.',
  },
  ALLO_E_PLACE_URL: {
    meaning: 'The place URL cannot be understood.',
    mend: 'Write it as alloplace://host or alloplace://host:port, with an IPv6 host in brackets.',
  },
  ALLO_E_PLACE_VERSION: {
    meaning: 'The place speaks another version of the protocol.',
    mend: 'Set place.dialect to `auto`; if it is that already, update allo-agent or the place.',
  },
  ALLO_E_POKE_BUSY: {
    meaning: 'As many pokes of a row as may wait for its hardware do so already.',
    mend: 'Poke again in a while. If it stays so, the hardware does not come back from being switched or read: the log has what is known of it.',
  },
  ALLO_E_POKE_UNPRESSED: {
    meaning: 'A poke was let go of by an entity that had not pressed there, or pressed half a minute before.',
    mend: 'Send ["poke", true] first, from the same entity.',
  },
  ALLO_E_PROOF_EXPIRED: {
    meaning: 'The nonce of a proof is more than 30 s old, or from before control was locked.',
    mend: 'Ask for another with `get_nonce`, and prove again.',
  },
  ALLO_E_PROOF_MISSING: {
    meaning: 'The appliance is commanded with a key, and none was shown.',
    mend: 'Show one: `visit URL ... --key-file FILE`; docs/access.md says how else.',
  },
  ALLO_E_PROOF_REPEATED: {
    meaning: 'A proof was shown a second time: somebody may have copied it.',
    mend: 'Ask for a nonce for every command. If nobody did it knowingly, look in the log who sent it.',
  },
  ALLO_E_PROOF_WRONG: {
    meaning:
      'A proof is of another command, another sender or another appliance, or of a key that is not known.',
    mend: 'Check that the key is one of the appliance; the appliance may have been restarted since the nonce was given.',
  },
  ALLO_E_REQUEST_LIMIT: {
    meaning: 'Too many requests wait for their answers.',
    mend: 'Ask less at once, or wait for answers before asking more.',
  },
  ALLO_E_REQUEST_MALFORMED: {
    meaning: 'A request to the appliance lacks something or has it in the wrong form.',
    mend: 'The reason names what was expected; `describe` lists properties and actions.',
  },
  ALLO_E_REQUEST_TIMEOUT: {
    meaning: 'A request was not answered in time.',
    mend: 'Some places never answer what they do not understand; otherwise ask again.',
  },
  ALLO_E_REQUEST_UNKNOWN: {
    meaning: 'The appliance does not know this request, property or action.',
    mend: 'Ask it to `describe` itself: it lists what there is.',
  },
  ALLO_E_REQUEST_UNSENDABLE: {
    meaning: 'A request is not of a shape that may be sent.',
    mend: 'The message names the rule; a body is a list that begins with a string.',
  },
  ALLO_E_SAFE_MODE: {
    meaning: 'The daemon was started too often in a row without lasting; it runs without its devices.',
    mend: 'Look in the journal why it ended, mend that, then `systemctl restart allo-agent`.',
  },
  ALLO_E_SEND_CONGESTED: {
    meaning: 'A packet was dropped because too much already waits to be sent.',
    mend: 'Check the network to the place; send less.',
  },
  ALLO_E_SERVICE_NOTIFY: {
    meaning: 'The service manager could not be told how the daemon is.',
    mend: 'Nothing, unless systemd then ends the daemon: the message says what its socket answered.',
  },
  ALLO_E_STATE_BASE: {
    meaning: 'A change of the world is based on a revision the agent does not have.',
    mend: 'Nothing: the agent asks for the whole world.',
  },
  ALLO_E_STATE_PATCH: {
    meaning: 'A change of the world cannot be carried out.',
    mend: 'Nothing: the agent asks for the whole world.',
  },
  ALLO_E_STATE_STALE: {
    meaning: 'A change of the world arrived after a newer one.',
    mend: 'Nothing: it is left out.',
  },
  ALLO_E_STOP_LATE: {
    meaning: 'The daemon could not leave the place and release its devices in time.',
    mend: 'The log says what it waited for; outputs may not be in their `on_stop` state.',
  },
  ALLO_E_TRACK_NONE: {
    meaning: 'Places of this kind pass no sound on.',
    mend: 'Nothing here: the rest of the agent works. Sound needs a place of a newer version.',
  },
  ALLO_E_TRACK_REFUSED: {
    meaning: 'The place did not give out a track to send sound on, or does not let us hear one.',
    mend: 'The message has the reason; it is asked for again after rejoining.',
  },
  ALLO_E_UNEXPECTED: {
    meaning: 'Something happened that allo-agent did not foresee: a fault in allo-agent itself.',
    mend: 'Report it with the log line; the service manager starts the daemon again.',
  },
  ALLO_E_VISIT_AMBIGUOUS: {
    meaning: 'A name fits more than one thing in the place.',
    mend: 'Write APPLIANCE/NAME, or the id of the entity, as the message lists them.',
  },
  ALLO_E_VISIT_FILE: {
    meaning: 'A file cannot be written: a recording, an asset or a picture.',
    mend: 'Name a file in a folder that is there, may be written and has room.',
  },
  ALLO_E_VISIT_PICTURE: {
    meaning: 'There is nothing to make a picture of.',
    mend: 'Text and inline geometry are drawn, 3D models and textures are not; picture something else with --of.',
  },
  ALLO_E_VISIT_REFUSED: {
    meaning: 'The appliance did not do what it was asked.',
    mend: 'The message has its reason; `visit URL describe` tells what it offers.',
  },
  ALLO_E_VISIT_SILENT: {
    meaning: 'What was waited for did not come in time.',
    mend: 'Look with `visit URL` whether it is there at all; wait longer with --timeout or --for.',
  },
  ALLO_E_VISIT_UNKNOWN: {
    meaning: 'There is nothing of that name in the place.',
    mend: 'Take one of the names that are listed; `visit URL` shows the place live.',
  },
  ALLO_E_VISIT_VALUE: {
    meaning: 'A value cannot be one of this property.',
    mend: 'Write on or off for a boolean, digits for a number; `visit URL describe` tells the types.',
  },
  ALLO_E_WATCHDOG: {
    meaning:
      'Something that must go on has stopped: the event loop, the session with the place, or capturing.',
    mend: 'Nothing at first: systemd starts the daemon afresh. If it comes again, report it with the log around this line.',
  },
  ALLO_E_WRITE_FORBIDDEN: {
    meaning: 'The configuration does not let this sender command the appliance.',
    mend: 'Set access.write in its configuration.',
  },
  ALLO_E_WRITE_RATE: {
    meaning: 'One sender commands faster than 20 times a second.',
    mend: 'Wait a moment and send less often.',
  },
  ALLO_E_WRITE_READ_ONLY: {
    meaning: 'The property can be read, not written.',
    mend: 'Only properties described as writable take a value.',
  },
  ALLO_E_WRITE_VALUE: {
    meaning: 'The value written is of the wrong type or out of range.',
    mend: 'The reason names what the property takes.',
  },
} as const satisfies Record<string, { meaning: string; mend: string }>;

export type ErrorCode = keyof typeof errors;

/** An error with a stable code. `message` says what happened here; the table says what it means in general. */
export class AlloError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AlloError';
    this.code = code;
  }

  get meaning(): string {
    return errors[this.code].meaning;
  }

  get mend(): string {
    return errors[this.code].mend;
  }
}
