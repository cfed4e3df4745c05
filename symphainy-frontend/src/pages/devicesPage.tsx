import type { ReactElement } from 'react'
import { texts } from '../texts.js'
import { AccountRemoval } from './devices/accountRemoval.js'
import { DataExport } from './devices/dataExport.js'
import { DeviceList } from './devices/deviceList.js'
import { PasswordChange } from './devices/passwordChange.js'

export function DevicesPage(): ReactElement {
  const own = texts.devices
  return (
    <div className="sheet">
      <h1>{own.heading}</h1>
      <p className="lead">{own.intro}</p>
      <DeviceList />
      <PasswordChange />
      <DataExport />
      <AccountRemoval />
    </div>
  )
}
