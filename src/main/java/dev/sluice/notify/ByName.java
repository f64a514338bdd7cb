package dev.sluice.notify;

import com.fasterxml.jackson.annotation.JsonFormat;

/** Other programs read fields by name; where the gate's memory has a list instead, to be short, this takes its place. */
@JsonFormat(shape = JsonFormat.Shape.OBJECT)
interface ByName {}
