package wire

// Attenuation is how far an analog input is scaled down, a parameter of
// GET_ANALOG_READ in Adafruit's firmware (reference §5.6). Arduino's has
// Attenuation11dB always.
type Attenuation uint8

// The attenuations, with the voltage at which the reading is full.
const (
	Attenuation0dB   Attenuation = 0 // 1.1 V
	Attenuation2_5dB Attenuation = 1 // 1.5 V
	Attenuation6dB   Attenuation = 2 // 2.2 V
	Attenuation11dB  Attenuation = 3 // 3.3 V
)

// ADC1Channel returns the channel of the ESP32's first converter that a GPIO
// is wired to, which is what Arduino's GET_ANALOG_READ wants. The second
// converter belongs to the radio.
func ADC1Channel(gpio uint8) (channel uint8, ok bool) {
	switch {
	case gpio >= 36 && gpio <= 39:
		return gpio - 36, true
	case gpio >= 32 && gpio <= 35:
		return gpio - 32 + 4, true
	}
	return 0, false
}
